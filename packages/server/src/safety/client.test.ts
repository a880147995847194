import { expect, it } from "vitest";
import { clientOf } from "./client.ts";

const firefox = { "user-agent": "Firefox", "x-forwarded-for": "10.0.0.1" };

it.each([
  ["192.168.1.5", "192.168.1.5", true],
  ["192.168.1.5", "192.168.1.6", false],
  ["::ffff:192.168.1.5", "::ffff:192.168.1.6", false],
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["2001:db8::1", "2001:db8::2", true],
])("%s and %s: the same client, %s", (one, other, isSame) => {
  const [left, right] = [one, other].map((ip) => clientOf({ ip, headers: firefox }));
  expect(left === right).toBe(isSame);
});

it("on this machine is a program by its name, and elsewhere no header counts", () => {
  const of = (ip: string, agent: string) => clientOf({ ip, headers: { "user-agent": agent } });
  expect(of("127.0.0.1", "curl")).not.toBe(of("::1", "Firefox"));
  expect(of("127.0.0.1", "curl")).toBe(of("::ffff:127.0.0.1", "curl"));
  expect(of("10.0.0.7", "curl")).toBe(clientOf({ ip: "10.0.0.7", headers: firefox }));
});

it("that has left before its turn is nobody in particular, and no fault", () => {
  expect(clientOf({ ip: undefined, headers: firefox })).toBe("");
});
