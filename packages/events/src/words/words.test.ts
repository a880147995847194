import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ANY_AGENTS } from "../naming/index.ts";
import { base, least, maybeEvent } from "../schema/events.test.fixture.ts";
import { EVENT_TYPES, type Event, eventSchema } from "../schema/index.ts";
import {
  type Change,
  causeText,
  changeText,
  countText,
  courseText,
  cutText,
  describe as describeEvent,
  eventAgent,
  eventName,
  listText,
  nounText,
  shorten,
  valueLabel,
  valueText,
} from "./index.ts";

const nobody = { has: () => false };
const anyEvent = maybeEvent.map((one) => eventSchema.safeParse(one)).filter(({ success }) => success);

describe("the words for an event", () => {
  it("are its description, where it has one, and otherwise made from its fields", () => {
    expect(describeEvent({ ...least.ACTION, description: "Ann sells the boat." })).toBe(
      "Ann sells the boat.",
    );
    expect(describeEvent({ ...least.ACTION, description: "" })).toBe("alice: buy");
    expect(EVENT_TYPES.map((kind) => describeEvent(least[kind]))).toEqual([
      "Turn 3 started",
      "alice: strategy",
      "alice: buy",
      "rate: 1 → 2",
      "interest",
      "warning",
    ]);
  });

  it("tell of a list what is in it, also where the log says, as it once did, how long it is", () => {
    const list: Event = { ...least.STATE, variable_name: "hand", old_value: [1, 2], new_value: [1, 2, 3] };
    expect(describeEvent(list)).toBe("hand: [1,2] → [1,2,3]");
    expect(describeEvent({ ...list, description: "hand: [2] → [3]" })).toBe("hand: [1,2] → [1,2,3]");
    expect(describeEvent({ ...list, description: "hand: [2] → [3], by luck" })).toBe(
      "hand: [2] → [3], by luck",
    );
    const decision: Event = { ...least.DECISION, new_value: ["ace"], description: "alice: strategy: [1]" };
    expect(describeEvent(decision)).toBe('alice: strategy: ["ace"]');
  });

  it("are there for every event that there can be, and are one short text", () => {
    fc.assert(
      fc.property(anyEvent, ({ data }) => {
        if (data === undefined) return;
        for (const text of [
          describeEvent(data),
          eventName(data),
          nounText(data, ANY_AGENTS),
          causeText(data, nobody),
        ])
          expect(text).toEqual(expect.any(String));
        if (eventName(data) !== "") expect(describeEvent({ ...data, description: undefined })).not.toBe("");
        expect(Array.from(describeEvent(data)).length).toBeLessThanOrEqual(500);
      }),
    );
  });

  it.each<[Event, string, string]>([
    [least.ACTION, "alice's buy", "buy by alice"],
    [least.DECISION, "alice's strategy", "strategy by alice"],
    [least.DETAIL, "the rule interest", "interest"],
    [{ ...least.DETAIL, agent_id: "bob" }, "bob's interest", "interest by bob"],
    [least.STATE, "the change of rate", "the change of rate"],
    [
      { ...least.STATE, scope: "agent", agent_id: "gpt-4.1" },
      'the change of "gpt-4.1".rate',
      'the change of "gpt-4.1".rate',
    ],
    [least.MILESTONE, "the beginning of turn 3", "the turn itself"],
    [{ ...base, event_type: "MILESTONE", milestone_type: "simulation_start" }, "the beginning", "the set-up"],
    [
      { ...base, event_type: "MILESTONE", milestone_type: "phase_transition", name: "market" },
      "the phase market",
      "the phase market",
    ],
    [{ ...least.SYSTEM, subject_agent_id: "bob" }, "the warning", "warning by bob"],
    [
      { ...least.SYSTEM, subject_agent_id: "bob", details: { system_event_type: "agent_removed" } },
      "bob's going",
      "agent_removed by bob",
    ],
  ])("name what another rests on, and what brought a change about: %#", (event, noun, cause) => {
    expect([nounText(event, nobody), causeText(event, nobody)]).toEqual([noun, cause]);
  });

  it("say whose it is: of SYSTEM, whom it concerns", () => {
    expect(eventAgent(least.ACTION)).toBe("alice");
    expect(eventAgent({ ...least.SYSTEM, subject_agent_id: "bob" })).toBe("bob");
    expect(eventAgent(least.STATE)).toBeUndefined();
  });
});

describe("the words for a change", () => {
  it.each<[string, Change, string]>([
    ["from one value to another", { old_value: 10, new_value: "calm" }, "alice.mood: 10 → calm"],
    ["added", { old_value: null, new_value: [1, 2], change: "added" }, "alice.mood = [1,2]"],
    ["removed", { old_value: { a: 1 }, new_value: null, change: "removed" }, "alice.mood removed, was {…}"],
  ])("%s", (_, change, text) => {
    expect(changeText("alice.mood", change)).toBe(text);
  });

  it("in a sentence quote what is text", () => {
    expect(courseText({ old_value: "calm", new_value: { a: 1 } }, (value) => valueText(value))).toBe(
      '"calm" → {"a":1}',
    );
  });
});

describe("the words for a value", () => {
  it.each([
    [1000, "1000", "1000"],
    ["calm", '"calm"', "calm"],
    [null, "null", "null"],
    [[1, "a"], '[1,"a"]', '[1,"a"]'],
    [{ a: 1 }, '{"a":1}', "{…}"],
    [[1, 2, 3], "[1,2,3]", "[1,2,3]"],
    [[], "[]", "[]"],
    [["ace", null, true, { a: 1 }], '["ace",null,true,{"a":1}]', '["ace",null,true,{…}]'],
    [
      [
        [1, 2],
        [3, 4],
      ],
      "[[1,2],[3,4]]",
      "[[1,2],[3,4]]",
    ],
    [Array(100).fill(7), `[${"7,".repeat(29)}…`, `[${"7,".repeat(24)}… 76 more]`],
    ["x".repeat(80), `"${"x".repeat(57)}…"`, `${"x".repeat(59)}…`],
  ])("in a sentence, and in a label: %j", (value, text, label) => {
    expect([valueText(value), valueLabel(value)]).toEqual([text, label]);
  });

  it("are never longer than they may be, and halve no character", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 90 }),
      fc.constantFrom("😀".repeat(50), `x${"😀".repeat(50)}`),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), text),
        text,
        fc.integer({ min: 25, max: 70 }),
        (value, words, length) => {
          for (const shown of [valueText(value, length), valueLabel(value, length), shorten(words, length)]) {
            expect(shown.length).toBeLessThanOrEqual(length);
            expect(shown.isWellFormed()).toBe(true);
          }
          expect(shorten(words, words.length)).toBe(words);
          expect(words.startsWith(cutText(words, length))).toBe(true);
        },
      ),
    );
  });

  it("of a list are few, however many there are", () => {
    expect([0, 1, 1200].map((count) => countText(count, "event"))).toEqual([
      "0 events",
      "1 event",
      "1200 events",
    ]);
    expect(["ann", "ann bob", "a b c d", "a b c d e"].map((names) => listText(names.split(" ")))).toEqual([
      "ann",
      "ann and bob",
      "a, b, c and d",
      "a, b, c and 2 more",
    ]);
  });
});
