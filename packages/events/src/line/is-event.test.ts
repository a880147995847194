import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanLog, idOf } from "../read/built-run.test.fixture.ts";
import { allMembers, EVENT_TYPES, eventSchema } from "../schema/index.ts";
import { sampleEvent } from "../testing/index.ts";
import { isEvent } from "./is-event.ts";

/** Of each kind, as a run has them and with every member that there is. */
const EXAMPLES: Record<string, unknown>[] = [
  ...cleanLog(),
  ...EVENT_TYPES.map(sampleEvent),
  { ...sampleEvent("STATE"), agent_id: undefined, scope: "global" },
];
const FIELDS = [...allMembers().map(({ name }) => name), "x_unknown"];

const ids = Array.from({ length: 66 }, (_, index) => idOf(index));
/** On both sides of each limit of the schema. */
const TEXTS = [
  ["", "a", "a.b", "a,b", "a b", "a\u0000", "a\u009f", "\u00a0", "\ud83d", "a".repeat(128), "a".repeat(129)],
  [
    "😀".repeat(128),
    "😀".repeat(129),
    "d".repeat(500),
    "d".repeat(501),
    "run-1",
    "-run",
    ".run",
    "r/un",
    "run-1\n",
  ],
  ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM", "ENV", "toString"],
  ["simulation_start", "turn_end", "success", "warning", "global", "agent", "added", "removed"],
  [
    idOf(3),
    idOf(3).toLowerCase(),
    `8${idOf(3).slice(1)}`,
    idOf(3).replace("A", "U"),
    `${idOf(3)}0`,
    `${idOf(3)}\n`,
  ],
  ["2026-11-23T07:15:00.000123Z", "2026-11-23T07:15:00.000Z", "2026-11-23T07:15:00.000123Z\n"],
].flat();
const LISTS = [
  [[], [null], ["a"], ["a", "b"], ["a", "a"], ["a", "b.c"], [""], ["/a", 1]],
  [[idOf(1)], [idOf(1), idOf(1)], [idOf(1), idOf(2)], [idOf(1), "x"], ids.slice(0, 64), ids.slice(0, 65)],
].flat();
const OTHERS = [null, true, 0, -0, 1, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 1e300, {}, { length: 2 }];
const VALUES: unknown[] = [...TEXTS, ...LISTS, ...OTHERS];

const changed = fc
  .record({
    event: fc.constantFrom(...EXAMPLES),
    changes: fc.array(
      fc.tuple(fc.constantFrom(...FIELDS), fc.oneof(fc.constantFrom(...VALUES), fc.constant(undefined))),
      { maxLength: 3 },
    ),
  })
  .map(({ event, changes }) => {
    const fields = new Map<string, unknown>(Object.entries(event));
    for (const [name, value] of changes) {
      if (value === undefined) fields.delete(name);
      else fields.set(name, value);
    }
    return Object.fromEntries(fields);
  });

describe("the fast check of an event", () => {
  it("accepts exactly what the schema accepts", () => {
    let accepted = 0;
    const property = fc.property(changed, (value) => {
      const byTheSchema = eventSchema.safeParse(value).success;
      if (byTheSchema) accepted++;
      expect(isEvent(value)).toBe(byTheSchema);
    });
    fc.assert(property, { numRuns: 20_000 });
    // Both sides were tried.
    expect(accepted).toBeGreaterThan(2_000);
    expect(accepted).toBeLessThan(18_000);
  });

  it("agrees with the schema on each value in each field of each kind", () => {
    for (const event of EXAMPLES) {
      for (const field of FIELDS) {
        for (const value of VALUES) {
          const changedEvent = { ...event, [field]: value };
          if (isEvent(changedEvent) === eventSchema.safeParse(changedEvent).success) continue;
          expect.fail(`${field}: ${JSON.stringify(value)} in ${JSON.stringify(event)}`);
        }
      }
    }
  });

  it.each([[null], [undefined], [3], ["text"], [[]], [[{}]]])("does not take %s for one", (value) => {
    expect(isEvent(value)).toBe(false);
    expect(eventSchema.safeParse(value).success).toBe(false);
  });
});
