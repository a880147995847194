import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { hostCheck } from "./host-check.ts";

describe("bound to loopback, a Host header may name", () => {
  const isAllowed = hostCheck("127.0.0.1", []);
  for (const host of [
    "localhost",
    "localhost:8000",
    "LOCALHOST:80",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:65535",
    "127.8.9.10",
    "[::1]",
    "[::1]:8000",
  ]) {
    it(host, () => expect(isAllowed(host)).toBe(true));
  }
  const foreign = [
    undefined,
    "",
    ":8000",
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "evil.localhost.example:8000",
    "127.0.0.1.evil.example",
    "127.evil.example",
    "192.168.1.5",
    "[::2]:8000",
    "0.0.0.0",
    "localhost:port",
    "localhost:8000:8000",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost/",
    "localhost, evil.example",
    "2130706433",
  ];
  for (const host of foreign) it(`not ${host}`, () => expect(isAllowed(host)).toBe(false));
});

describe("bound to one address or name, a Host header may name", () => {
  it("that one, besides loopback", () => {
    const isAllowed = hostCheck("192.168.1.5", []);
    expect([isAllowed("192.168.1.5:8000"), isAllowed("localhost")]).toEqual([true, true]);
    expect([isAllowed("192.168.1.6"), isAllowed("evil.example")]).toEqual([false, false]);
    expect(hostCheck("Sim.Lan", [])("sim.lan:8000")).toBe(true);
  });
});

describe("bound to every address, a Host header may name", () => {
  for (const bound of ["0.0.0.0", "::", "[::]", ""]) {
    it(`any address and this machine's name, bound to "${bound}"`, () => {
      const isAllowed = hostCheck(bound, []);
      for (const host of [
        "10.0.0.7:8000",
        "[fe80::1]",
        "localhost",
        hostname(),
        `${hostname()}.local:8000`,
      ]) {
        expect(isAllowed(host), host).toBe(true);
      }
      expect(isAllowed("evil.example")).toBe(false);
    });
  }
});

it("may name the host of an origin that CORS allows, as a proxy in front passes it on", () => {
  const isAllowed = hostCheck("127.0.0.1", ["https://sim.example.org"]);
  expect([isAllowed("sim.example.org"), isAllowed("example.org")]).toEqual([true, false]);
});
