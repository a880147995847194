import { isUtf8 } from "node:buffer";
import { parseEventLine } from "@llm-sim/events/read";
import { allMembers, EVENT_TYPES, membersOf } from "@llm-sim/events/schema";
import { sampleEvent } from "@llm-sim/events/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLog } from "../testing/any-log.ts";
import { generateLog } from "../testing/generate-log.ts";
import { EventFields, fieldsOf, Names } from "./event-fields.ts";
import { REFUSED } from "./json-scan.ts";
import { HEAD, memberAt } from "./line-members.ts";
import { NativeLineScanner } from "./native-line.ts";

const names = new Names();
const scanned = new EventFields();
const scanner = new NativeLineScanner(names, scanned);
const parsed = new EventFields();

// That the bytes are UTF-8 is asked of whole chunks, before.
const scan = (line: Buffer): boolean =>
  isUtf8(line) && scanner.scan(Buffer.concat([line, Buffer.from("\n")]), 0) === line.length;
const plain = ({ causes, causeCount, involved, ...rest }: EventFields) => ({
  ...rest,
  causes: causes.slice(0, causeCount * 4),
  involved: involved.view().toSorted((a, b) => a - b),
});

/** What the scanner takes, the parser must take, and see the same in it. */
function expectAgreement(line: Buffer): boolean {
  if (!scan(line)) return false;
  const result = parseEventLine(line);
  if (!result.ok) expect.fail(`scanned, though it is no event (${result.reason}): ${line.toString()}`);
  expect(result.dialect).toBe("native");
  expect(fieldsOf(result.event, names, parsed)).toBe(true);
  expect(plain(scanned)).toEqual(plain(parsed));
  return true;
}

describe("the scanner of native lines", () => {
  it("takes every line that the writer lays out", () => {
    for (const line of generateLog({ events: 2000, agents: 7 }))
      expect(expectAgreement(Buffer.from(line)), line).toBe(true);
  });

  it("takes every line with every member that there is: none of them is left to the parser", () => {
    for (const kind of EVENT_TYPES) {
      const event = sampleEvent(kind);
      expect(Object.keys(event).slice(0, HEAD.length)).toEqual(HEAD);
      expect(expectAgreement(Buffer.from(JSON.stringify(event))), kind).toBe(true);
      for (const member of membersOf(kind)) {
        const without = Object.fromEntries(Object.entries(event).filter(([name]) => name !== member.name));
        // Of a scope, the agent is there or not.
        if (kind === "STATE" && member.name === "agent_id") without.scope = "global";
        const isTaken = expectAgreement(Buffer.from(JSON.stringify(without)));
        expect([kind, member.name, isTaken]).toEqual([kind, member.name, !member.isRequired]);
      }
    }
  });

  it("knows each member by its whole name, whatever else begins like it", () => {
    const named = allMembers().slice(HEAD.length);
    expect(named.map(({ name }) => memberAt(Buffer.from(`${name}":{"`), 0))).toEqual([...named.keys()]);
    for (const { name } of named) {
      const line = JSON.stringify(sampleEvent("ACTION"));
      expect(scan(Buffer.from(line.replace(`"${name}"`, `"${name}s"`)))).toBe(!line.includes(`"${name}"`));
    }
  });

  it("takes only what the parser takes, and sees the same in it", () => {
    fc.assert(
      fc.property(anyLog({ isOrdered: true }), ({ segments }) => {
        for (const line of segments.flat()) expectAgreement(Buffer.from(line));
      }),
      { numRuns: 200 },
    );
  });

  it("takes no line that damage has made invalid", () => {
    const lines = [...generateLog({ events: 400, agents: 3 })].map((line) => Buffer.from(line));
    const damage = fc.record({
      line: fc.constantFrom(...lines),
      at: fc.nat(600),
      removed: fc.nat(3),
      // Bytes that mean something in JSON come more often than others.
      inserted: fc.array(
        fc.oneof(
          fc.constantFrom(...Buffer.from('"\\{}[],:0123456789-+.eE nulltrufas\t\r\u0001')),
          fc.integer({ min: 0, max: 255 }),
        ),
        { maxLength: 3 },
      ),
    });
    let taken = 0;
    fc.assert(
      fc.property(damage, ({ line, at, removed, inserted }) => {
        const place = at % line.length;
        const damaged = Buffer.concat([
          line.subarray(0, place),
          Buffer.from(inserted),
          line.subarray(place + removed),
        ]);
        if (damaged.includes(0x0a)) return;
        if (expectAgreement(damaged)) taken++;
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(1000); // damage inside a text leaves an event
  });

  it("leaves a line that is cut anywhere to the parser, and reads nothing behind it", () => {
    for (const line of generateLog({ events: 60, agents: 3 }))
      for (let length = 0; length < line.length; length++)
        expect(scanner.scan(Buffer.from(`${line.slice(0, length)}\n`), 0)).toBe(REFUSED);
  });

  it.each([
    ["a field twice", (line: string) => line.replace('"description":', '"description":"a","description":')],
    ["a field of another kind", (line: string) => line.replace(/}$/, ',"status":"success"}')],
    ["an unknown field", (line: string) => line.replace(/}$/, ',"extra":1}')],
    ["white space", (line: string) => line.replace(/}$/, " }")],
    ["a missing brace", (line: string) => line.slice(0, -1)],
    [
      "no such day",
      (line: string) =>
        line
          .replace("-11-", "-02-")
          .replace(/(T\d\d)/, "$1")
          .replace(/"2025-02-\d\d/, '"2025-02-30'),
    ],
    ["a leading zero", (line: string) => line.replace('"turn_number":', '"turn_number":0')],
    [
      "a long description",
      (line: string) => line.replace('"description":"', `"description":"${"x".repeat(500)}`),
    ],
    [
      "a deep value",
      (line: string) => line.replace(/}$/, `,"details":${'{"a":'.repeat(40)}1${"}".repeat(40)}}`),
    ],
  ])("leaves %s to the parser", (_, change) => {
    const [, line = ""] = generateLog({ events: 3, agents: 2 });
    expect(scan(Buffer.from(line))).toBe(true);
    expect(scanner.scan(Buffer.from(`${change(line)}\n`), 0)).toBe(REFUSED);
  });
});
