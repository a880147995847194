import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Coordinate, coordinateSchema, coordinateText, parseCoordinate } from "./index.ts";

const said = fc.oneof(
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom(
    "a/b",
    "a#1",
    "%2F",
    "a:b",
    "a@b",
    " ",
    "é 😀",
    "\n",
    "%",
    "gpt-4.1",
    "Dr. Smith",
    "\u2028",
  ),
);
const agentId = said.filter((text) => /^[^,\p{Cc}]{1,128}$/u.test(text));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const coordinate: fc.Arbitrary<Coordinate> = fc
  .record({
    type: fc.constantFrom("agent" as const, "engine" as const, "validator" as const),
    agent_id: optional(agentId),
    place: optional(said),
    turn: fc.nat(),
    purpose: said,
    key: optional(fc.oneof(said, fc.constant(""))),
    ordinal: fc.nat(),
    attempt: fc.integer({ min: 1 }),
  })
  .map(({ type, agent_id, place, key, ...rest }) => ({
    actor: { type, ...(agent_id !== undefined && { agent_id }), ...(place !== undefined && { place }) },
    ...(key !== undefined && { key }),
    ...rest,
  }));

describe("a coordinate as text", () => {
  it.each<[string, Coordinate]>([
    [
      "agent alice/3/decide/0#1",
      { actor: { type: "agent", agent_id: "alice" }, turn: 3, purpose: "decide", ordinal: 0, attempt: 1 },
    ],
    [
      "agent Dr. Smith/12/trade:bob/2#3",
      {
        actor: { type: "agent", agent_id: "Dr. Smith" },
        turn: 12,
        purpose: "trade",
        key: "bob",
        ordinal: 2,
        attempt: 3,
      },
    ],
    ["engine/0/news/0#1", { actor: { type: "engine" }, turn: 0, purpose: "news", ordinal: 0, attempt: 1 }],
    [
      "validator a%2Fb@2/5/is it fair/0#1",
      {
        actor: { type: "validator", agent_id: "a/b", place: "2" },
        turn: 5,
        purpose: "is it fair",
        ordinal: 0,
        attempt: 1,
      },
    ],
  ])("%s", (text, one) => {
    expect(coordinateText(one)).toBe(text);
    expect(parseCoordinate(text)).toEqual(one);
  });

  it("comes back from it, and stays on one line, whatever names, purposes and keys hold", () => {
    fc.assert(
      fc.property(coordinate, (one) => {
        expect(coordinateSchema.parse(one)).toEqual(one);
        const text = coordinateText(one);
        expect(parseCoordinate(text)).toEqual(one);
        expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it("is another for another coordinate", () => {
    fc.assert(
      fc.property(coordinate, coordinate, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(coordinateText(one) === coordinateText(other)).toBe(isSame);
      }),
    );
  });

  it.each([
    "",
    "alice/3/decide/0#1",
    "agent alice/3/decide/0",
    "agent alice/3/decide/0#0",
    "agent alice/03/decide/0#1",
    "agent alice/3//0#1",
    "agent /3/decide/0#1",
    "agent a%61/3/decide/0#1",
    "agent a%2f/3/decide/0#1",
    "agent a,b/3/decide/0#1",
    "agent alice/-1/decide/0#1",
    "agent alice/3/decide/0#1 ",
    "judge alice/3/decide/0#1",
    "agent alice/99999999999999999999/decide/0#1",
  ])("is not %j", (text) => expect(parseCoordinate(text)).toBeUndefined());
});
