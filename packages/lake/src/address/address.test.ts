import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLakeError } from "../errors.ts";
import { type LakeAddress, lakeName, parseLakeAddress } from "./address.ts";

function refusal(text: string): string {
  try {
    parseLakeAddress(text);
  } catch (error) {
    if (isLakeError(error, "LAKE_ADDRESS")) return error.message;
    throw error;
  }
  return "";
}

describe("the address of a lake", () => {
  it("says who asks, where, and which database", () => {
    expect(parseLakeAddress("clickhouse://ann@db.example:9000/runs")).toEqual({
      user: "ann",
      host: "db.example",
      port: 9000,
      secure: false,
      database: "runs",
    });
  });

  it("needs a host alone: the rest is what ClickHouse has from the start", () => {
    const asInstalled = { user: "default", database: "default", secure: false, port: 8123 };
    expect(parseLakeAddress("clickhouse://localhost")).toEqual({ ...asInstalled, host: "localhost" });
    expect(parseLakeAddress("clickhouse://[::1]/?secure=1")).toMatchObject({ host: "[::1]", port: 8443 });
  });

  it("names a cluster", () => {
    const address = parseLakeAddress("clickhouse://u@h/db?secure=1&cluster=main");
    expect(address).toMatchObject({ cluster: "main", secure: true, port: 8443 });
  });

  it("is refused with a password in it, which is not repeated", () => {
    const message = refusal("clickhouse://ann:s3cret@h/db");
    expect(message).toContain("CLICKHOUSE_PASSWORD");
    expect(message).not.toContain("s3cret");
  });

  it.each([
    ["/var/runs", "clickhouse://USER@HOST:8123/DATABASE"],
    ["http://h:8123", "clickhouse://USER@HOST:8123/DATABASE"],
    ["http://ann:s3cret@h:8123", "clickhouse://USER@HOST:8123/DATABASE"],
    ["clickhouse:///db", "no host"],
    ["clickhouse://h/db?clutser=a", "clutser, which there is not: cluster"],
    ["clickhouse://h/db?secure=yes", "1 or 0"],
    ["clickhouse://h/a/b", "database"],
    ["clickhouse://h/db%60;DROP", "database"],
    ["clickhouse://h/db?cluster=a'b", "cluster"],
    ["clickhouse://h/db#x", "#x"],
  ])("%s is refused in one line", (text, words) => {
    const message = refusal(text);
    expect(message).toContain(words);
    expect(message).not.toMatch(/\n|s3cret/);
  });

  it("is told as it is read", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_]{1,20}$/);
    const addresses: fc.Arbitrary<LakeAddress> = fc.record(
      {
        user: fc.string({ minLength: 1, unit: "grapheme" }),
        host: fc.constantFrom("localhost", "10.0.0.1", "[::1]", "db.example"),
        port: fc.integer({ min: 1, max: 65_535 }),
        secure: fc.boolean(),
        database: name,
        cluster: name,
      },
      { requiredKeys: ["user", "host", "port", "secure", "database"] },
    );
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseLakeAddress(lakeName(address))).toEqual(address);
      }),
    );
  });
});
