import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openMemoryStream } from "../testing/index.ts";
import { describe as inWords } from "../words/index.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });

async function lastAfter(
  emit: (stream: Awaited<ReturnType<typeof open>>["stream"]) => unknown,
  options = {},
) {
  const { stream, events } = await open(options);
  emit(stream);
  // Every line passes the schema: events() parses it.
  return events().at(-1);
}

describe("a description", () => {
  it("that is too long is cut, never in the middle of a character, and named in lossy", async () => {
    for (const description of ["x".repeat(501), "😀".repeat(501), `x${"😀".repeat(501)}`]) {
      const event = await lastAfter((stream) => stream.phase("p", { description }));
      expect(event?.description?.length).toBeLessThanOrEqual(500);
      expect(event?.description?.isWellFormed()).toBe(true);
      expect(event?.description?.endsWith("…")).toBe(true);
      expect(event?.lossy).toEqual(["/description"]);
    }
  });

  it.each([
    [
      "alice.wealth: 1000 → 900",
      (s) => s.state("wealth", { agent_id: "alice", old_value: 1000, new_value: 900 }),
    ],
    ["rate: low → high", (s) => s.state("rate", { old_value: "low", new_value: "high" })],
    [
      "alice.gold = 5",
      (s) => s.state("gold", { agent_id: "alice", old_value: null, new_value: 5, change: "added" }),
    ],
    [
      "gold removed, was [1,2,3]",
      (s) => s.state("gold", { old_value: [1, 2, 3], new_value: null, change: "removed" }),
    ],
    [
      "alice: strategy: hold → buy",
      (s) => s.decision("alice", "strategy", { old_value: "hold", new_value: "buy" }),
    ],
    ["alice: strategy", (s) => s.decision("alice", "strategy")],
    ["alice: buy", (s) => s.action("alice", "buy", { amount: 1 })],
    [
      "alice: trade with bob",
      (s) => s.action("alice", "trade", {}, { participating_agent_ids: ["alice", "bob"] }),
    ],
    [
      "alice: trade with bob and 2 more",
      (s) => s.action("alice", "trade", {}, { participating_agent_ids: ["bob", "alice", "c", "d"] }),
    ],
    ["interest", (s) => s.detail("interest", { rate: 0.02 })],
    [
      "warning: timeout about alice",
      (s) => s.system("warning", { error_type: "timeout", subject_agent_id: "alice" }),
    ],
    ["Phase: collapse", (s) => s.phase("collapse")],
    ["Turn 3 started", (s) => s.startTurn(3)],
    ["Turn 3 ended", (s) => s.startTurn(3).end()],
  ] as [string, (s: Awaited<ReturnType<typeof open>>["stream"]) => unknown][])(
    "is made from a template where the caller gives none: %s",
    async (description, emit) => {
      expect((await lastAfter(emit))?.description).toBe(description);
    },
  );

  it("made from a template is what everybody else says of such an event", async () => {
    const { stream, sink, events } = await open();
    let turn = 0;
    const anyName = fc.oneof(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.string({ minLength: 80, maxLength: 100, unit: "binary" }),
      fc.constantFrom("turn_start", "phase_transition", "x".repeat(90), `${"x".repeat(88)}😀😀`),
    );
    const anyAgent = fc.constantFrom("alice", "a.b", "Dr. Smith", "😀".repeat(128));
    const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      anyName,
      fc.constantFrom(Number.NaN, 1e21, -0, 5n, undefined),
    );
    fc.assert(
      fc.property(
        fc.record({
          name: anyName,
          label: maybe(anyName),
          agent: anyAgent,
          other: maybe(anyAgent),
          before: value,
          after: value,
        }),
        fc.constantFrom("added", "removed", undefined),
        fc.uniqueArray(anyAgent, { minLength: 2 }),
        ({ name, label, agent, other, before, after }, change, participating_agent_ids) => {
          sink.lines.length = 0;
          const values = { old_value: before, new_value: after };
          stream.state(name, { agent_id: other, change, ...values });
          stream.decision(agent, name, values);
          stream.action(agent, name, {});
          stream.action(agent, name, {}, { participating_agent_ids });
          stream.detail(name, {}, { agent_id: other });
          stream.system("warning", { error_type: label, subject_agent_id: other });
          stream.phase(name);
          stream.startTurn(++turn).end();
          const recorded = events();
          expect(recorded.length).toBeGreaterThan(8);
          for (const event of recorded)
            expect(inWords({ ...event, description: undefined })).toBe(event.description);
        },
      ),
    );
    await stream.close();
    const [start, end] = [(await open()).events().at(0), events().at(-1)];
    for (const event of [start, end])
      expect(event && inWords({ ...event, description: undefined })).toBe(event?.description);
  });

  it("made from a template is at most 500 characters", async () => {
    const agent = "😀".repeat(128);
    const long = "😁".repeat(5000);
    const { stream, events } = await open();
    stream.state(long, { agent_id: agent, old_value: long, new_value: long });
    stream.action(agent, long, {}, { participating_agent_ids: [agent, "😁".repeat(128), "c"] });
    stream.decision(agent, long, { old_value: long, new_value: long });
    stream.system("warning", { error_type: long, subject_agent_id: agent });
    stream.phase(long);
    for (const event of events()) expect(Array.from(event.description ?? "").length).toBeLessThanOrEqual(500);
  });
});
