import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEventLine, parseEventLineExactly } from "../line/index.ts";
import { type Event, eventJsonSchema, type JsonObject } from "../schema/index.ts";
import { valueText } from "../words/index.ts";
import { contentDifferences, contentOf, contentText, MEMBER_RULES } from "./index.ts";

const A_CAUSE = "01M892BP8A0000000000000001";
const ANOTHER = "01M892BP8A0000000000000002";

const BASE = {
  event_id: "01M892BP8A0000000000000009",
  timestamp: "2026-11-25T10:00:00.000000Z",
  turn_number: 1,
  event_type: "STATE",
  simulation_id: "left",
  caused_by: [A_CAUSE],
  description: "x: 1 → 2",
  variable_name: "x",
  old_value: 1,
  new_value: { a: [1, { b: "NaN", c: 2.5 }], d: "text" },
  scope: "global",
  details: { note: "n", latency_ms: 5 },
};

function eventOf(line: JsonObject | string): Event {
  const parsed = parseEventLineExactly(typeof line === "string" ? line : JSON.stringify(line));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.event;
}

const contentFrom = (line: JsonObject | string) => contentOf(eventOf(line), () => undefined);
const differencesBetween = (left: JsonObject | string, right: JsonObject | string) =>
  contentDifferences(contentFrom(left), contentFrom(right), 20);

/** The base with its new value written as it is. */
const withValue = (text: string, more: JsonObject = {}) =>
  JSON.stringify({ ...BASE, ...more, new_value: "?" }).replace('"?"', text);

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([name, member]) => [name, reordered(member)]));
}

describe("what an event says", () => {
  it("is decided on for every member that a schema names", () => {
    const schema: unknown = eventJsonSchema();
    const names = new Set<string>();
    JSON.stringify(schema, (key, value: unknown) => {
      if (key === "properties" && typeof value === "object" && value !== null)
        for (const name of Object.keys(value)) names.add(name);
      return value;
    });
    expect([...names].toSorted()).toEqual(Object.keys(MEMBER_RULES).toSorted());
  });

  it.each<[string, JsonObject | string, JsonObject | string]>([
    [
      "id, time, run and causes",
      BASE,
      {
        ...BASE,
        event_id: ANOTHER,
        timestamp: "2027-11-25T10:00:00.000000Z",
        simulation_id: "right",
        caused_by: [ANOTHER],
      },
    ],
    ["how long something took", BASE, { ...BASE, details: { note: "n", latency_ms: 900 } }],
    [
      "that how long something took was altered",
      BASE,
      {
        ...BASE,
        details: { note: "n", latency_ms: "NaN" },
        lossy: ["/details/latency_ms"],
      },
    ],
    ["the order of members", BASE, JSON.stringify(reordered(BASE))],
    [
      "the order in which altered places are named",
      { ...BASE, lossy: ["/a", "/b"] },
      { ...BASE, lossy: ["/b", "/a"] },
    ],
    ["a list of nothing that was altered", BASE, { ...BASE, lossy: [] }],
    ["how a number is written", withValue("100"), withValue("1.00e2")],
    ["the sign of zero", withValue("0"), withValue("-0.0")],
    [
      "how a number beyond a double is written",
      withValue("9054686819491029395"),
      withValue("90546868194910293.950e2"),
    ],
    ["how a number beyond all doubles is written", withValue("1e400"), withValue("10.0E399")],
    ["how a character is written", withValue('"é/"'), withValue('"\\u00e9\\/"')],
    [
      "which event of another run the machinery names",
      { ...BASE, description: `because of [${A_CAUSE}]` },
      {
        ...BASE,
        description: `because of [${ANOTHER}]`,
      },
    ],
  ])("leaves out %s", (_, left, right) => {
    expect(differencesBetween(left, right)).toEqual([]);
    expect(contentText(contentFrom(left))).toBe(contentText(contentFrom(right)));
  });

  it.each<[string, JsonObject | string, JsonObject | string, object[]]>([
    [
      "NaN and the text",
      { ...BASE, old_value: "NaN", lossy: ["/old_value"] },
      { ...BASE, old_value: "NaN" },
      [
        { path: "/old_value", left: "NaN", right: "NaN", left_text: "NaN (altered)", right_text: '"NaN"' },
        { path: "/lossy", left: ["/old_value"] },
      ],
    ],
    [
      "how many causes were omitted",
      BASE,
      { ...BASE, causes_omitted: 3 },
      [{ path: "/causes_omitted", right: 3 }],
    ],
    [
      "a number beyond a double and its digits",
      withValue("9054686819491029395"),
      withValue('"9054686819491029395"'),
      [
        {
          path: "/new_value",
          left: "9054686819491029395",
          right: "9054686819491029395",
          left_text: "9054686819491029395",
          right_text: '"9054686819491029395"',
        },
      ],
    ],
    [
      "numbers that one double stands for",
      withValue("9007199254740993"),
      withValue("9007199254740992"),
      [{ path: "/new_value", left: "9007199254740993", right: 9007199254740992 }],
    ],
    [
      "what no schema names",
      { ...BASE, mood: "calm" },
      { ...BASE, mood: "wild" },
      [{ path: "/mood", left: "calm", right: "wild" }],
    ],
    [
      "an order of values",
      withValue("[1,2]"),
      withValue("[2,1]"),
      [
        { path: "/new_value/0", left: 1, right: 2 },
        { path: "/new_value/1", left: 2, right: 1 },
      ],
    ],
    ["null and nothing", withValue('{"a":null}'), withValue("{}"), [{ path: "/new_value/a", left: null }]],
    [
      "a time among what an agent does",
      withValue('{"wait_ms":1}'),
      withValue('{"wait_ms":2}'),
      [{ path: "/new_value/wait_ms", left: 1, right: 2 }],
    ],
    [
      "a member called __proto__",
      withValue('{"__proto__":1}'),
      withValue('{"__proto__":2}'),
      [{ path: "/new_value/__proto__", left: 1, right: 2 }],
    ],
  ])("tells apart %s", (_, left, right, expected) => {
    expect(differencesBetween(left, right)).toMatchObject(expected);
    expect(contentText(contentFrom(left))).not.toBe(contentText(contentFrom(right)));
  });

  it("shows what differs, however far behind", () => {
    const [long, digits] = ["a".repeat(500), "9".repeat(70)];
    const [text] = differencesBetween(withValue(`"${long}b"`), withValue(`"${long}c"`));
    expect(text).toMatchObject({ left_text: `…${"a".repeat(20)}b"`, right_text: `…${"a".repeat(20)}c"` });
    const [number] = differencesBetween(withValue(`${digits}1`), withValue(`${digits}2`));
    expect(number?.left_text).not.toBe(number?.right_text);
  });

  const scalar = fc.oneof(
    fc.constantFrom(0, 1, 2.5, true, null, "NaN", "1", "", "text", "1e400", "9054686819491029395"),
    fc.string({ maxLength: 3 }),
  );
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "latency_ms", "lossy", "a/b", "~", "__proto__"), tie("value"), {
        maxKeys: 3,
      }),
    ),
  })).value;
  const object = fc.dictionary(fc.constantFrom("a", "b", "elapsed", "details"), value, { maxKeys: 3 });
  type Change = (line: Record<string, unknown>) => Record<string, unknown>;
  const change = fc.oneof<fc.Arbitrary<Change>[]>(
    fc.constant((line) => line),
    fc.constant((line) => ({ ...line, ...JSON.parse(JSON.stringify(reordered(line))) })),
    value.map((new_value) => (line) => ({ ...line, new_value })),
    value.map((old_value) => (line) => ({ ...line, old_value })),
    object.map((details) => (line) => ({ ...line, details })),
    value.map((extra) => (line) => ({ ...line, extra })),
    fc
      .subarray(["/new_value", "/old_value", "/details/a", "/new_value/a", "/gone"])
      .map((lossy) => (line) => ({ ...line, lossy })),
    fc.constantFrom(1, 2).map((causes_omitted) => (line) => ({ ...line, causes_omitted })),
    fc.constant((line) => ({ ...line, new_value: "NaN", lossy: ["/new_value"] })),
    fc
      .constantFrom(A_CAUSE, ANOTHER)
      .map((id) => (line) => ({ ...line, caused_by: [id], details: { of: { [id]: id } } })),
  );
  const line = fc
    .array(change, { maxLength: 3 })
    .map((changes) =>
      JSON.stringify(changes.reduce<Record<string, unknown>>((made, one) => one(made), { ...BASE })),
    );

  it("is the same text exactly where nothing differs, and what differs is seen to", () => {
    const seen = { same: 0, other: 0 };
    fc.assert(
      fc.property(line, line, (left, right) => {
        const differences = differencesBetween(left, right);
        const isSame = contentText(contentFrom(left)) === contentText(contentFrom(right));
        expect(differences.length === 0).toBe(isSame);
        seen[isSame ? "same" : "other"]++;
        for (const one of differences)
          expect(shown(one.left, one.left_text)).not.toBe(shown(one.right, one.right_text));
        expect(
          differencesBetween(right, left)
            .map(({ path }) => path)
            .toSorted(),
        ).toEqual(differences.map(({ path }) => path).toSorted());
      }),
      { numRuns: 1500 },
    );
    expect(seen.same).toBeGreaterThan(20);
    expect(seen.other).toBeGreaterThan(20);
  });
});

function shown(value: unknown, text: string | undefined): string {
  return text ?? valueText(value);
}

it("has one zero", () => {
  expect(contentFrom(withValue("[-0,-0.0]"))).toEqual(contentFrom(withValue("[0,0]")));
});

it("takes an event as any reader gives it", () => {
  const parsed = parseEventLine(JSON.stringify(BASE));
  expect(parsed.ok && contentOf(parsed.event, () => undefined)).toEqual({
    turn_number: 1,
    event_type: "STATE",
    description: "x: 1 → 2",
    variable_name: "x",
    old_value: 1,
    new_value: BASE.new_value,
    scope: "global",
    details: { note: "n" },
  });
});
