import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import type { Event } from "@llm-sim/events/schema";
import { recordAttempt, recordHaggling } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "../index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";

function haggling(
  ask: (run: Run) => Promise<void>,
  options: Parameters<typeof recordHaggling>[2] = {},
  change: (tape: string) => void = () => undefined,
): Promise<void> {
  return inTemporaryDirectory(async (output) => {
    await recordHaggling(output, "haggle", options);
    change(join(output, "haggle", "tape.jsonl"));
    const store = openStore(output, { sidecar: false });
    try {
      await ask(await store.openRun("haggle"));
    } finally {
      await store.close();
    }
  });
}

const named = (event: Event): string =>
  event.event_type === "SYSTEM"
    ? JSON.stringify(event.details?.call).slice(1, -1)
    : event.event_type === "DECISION"
      ? `${event.agent_id} decided in turn ${event.turn_number}`
      : event.event_type;
const found = async (run: Run, q: string, more: object = {}) =>
  (await run.query({ q, in: "payload", ...more })).events().map(named);

describe("a text looked for in everything", () => {
  it("is found where a model was asked or answered it, and in the decision that came of it", () =>
    haggling(async (run) => {
      expect(await found(run, "turn 2, BOB")).toEqual([
        "agent bob/2/offer/0#1",
        "agent bob/2/offer/0#2",
        "bob decided in turn 2",
        // It stays in the conversation.
        "agent bob/3/offer/0#1",
        "bob decided in turn 3",
      ]);
      expect(await found(run, "be brief", { turn_start: 3, event_types: ["SYSTEM"] })).toEqual([
        "agent alice/3/offer/0#1",
        "agent bob/3/offer/0#1",
        "engine/3/judge:fairness/0#1",
      ]);
      // What only the answer, and what only the thinking says.
      expect(await found(run, "fair enough")).toEqual(["engine/3/judge:fairness/0#1"]);
      expect(await found(run, "alice thinks", { agent_ids: ["alice"] })).toHaveLength(3);
      expect(await found(run, "no such text")).toEqual([]);
    }));

  it("is found anywhere in an event, by value, by name and by number, and by default in descriptions alone", () =>
    haggling(async (run) => {
      expect(await found(run, "action_type", { turn_end: 1, agent_ids: ["alice"] })).toEqual([
        "alice decided in turn 1",
        "ACTION",
      ]);
      expect(await found(run, "800.5", { turn_end: 1 })).toHaveLength(2);
      expect(await found(run, "house-model")).toEqual(["engine/3/judge:fairness/0#1"]);
      expect((await run.query({ q: "house-model" })).total).toBe(0);
      expect((await run.query({ q: "house-model", in: "description" })).total).toBe(0);
    }));

  it("is counted and paged as any other criterion, in the timeline as well", () =>
    haggling(async (run) => {
      const all = await found(run, "be brief");
      const first = await run.query({ q: "be brief", in: "payload", limit: 4 });
      expect([first.total, first.has_more]).toEqual([all.length, true]);
      const rest = await run.query({ q: "be brief", in: "payload", cursor: first.next_cursor });
      expect([...first.events(), ...rest.events()].map(named)).toEqual(all);
      expect((await run.timeline({ q: "be brief", in: "payload" })).total).toBe(all.length);
    }));

  it("says where the tape could not be looked through", async () => {
    const gapsOf = async (run: Run) =>
      (await run.query({ q: "brief", in: "payload" })).gaps.map(({ message }) => message);
    await haggling(async (run) => expect(await gapsOf(run)).toEqual([]));
    await haggling(
      async (run) => expect(await gapsOf(run)).toEqual([expect.stringContaining("keeps no texts")]),
      { tape: "hash" },
    );
    await haggling(
      async (run) => expect(await gapsOf(run)).toEqual([expect.stringContaining("no tape.jsonl")]),
      { tape: "off" },
    );
    await haggling(
      async (run) => {
        expect(await gapsOf(run)).toEqual([expect.stringContaining("1 line of the tape cannot be read")]);
        expect(await found(run, "be brief", { event_types: ["SYSTEM"] })).toHaveLength(8);
      },
      {},
      (tape) => appendFileSync(tape, "not json\n"),
    );
  });

  it("is found as the tape grows, by who follows the run, too, and anew where the tape is another", () =>
    inTemporaryDirectory(async (output) => {
      const stream = await openEventStream({
        outputDir: output,
        simulationId: "live",
        signals: false,
        verbosity: "STATE",
      });
      await stream.flush();
      const store = openStore(output, { sidecar: false });
      try {
        const run = await store.openRun("live");
        const followed = (async () => {
          const calls: string[] = [];
          for await (const { line } of run.subscribe({ filter: { q: "\nneedle", in: "payload" } }))
            calls.push(String(JSON.parse(Buffer.from(line).toString()).details.call));
          return calls;
        })();
        for (let turn = 1; turn <= 5; turn++) {
          stream.startTurn(turn);
          await recordAttempt(stream, {
            coordinate: { actor: { type: "engine" }, turn, purpose: "ask", ordinal: 0, attempt: 1 },
            model: "m",
            sampling: {},
            messages: [{ role: "user", content: turn === 3 ? "the\nneedle" : `hay ${turn}` }],
            outcome: "response",
            text: "yes",
            latency_ms: 1,
          });
          await stream.flush();
          expect(await found(run, "\nneedle")).toEqual(turn < 3 ? [] : ["engine/3/ask/0#1"]);
          expect(await found(run, "hay")).toHaveLength(turn < 3 ? turn : turn - 1);
        }
        await stream.close();
        expect(await followed).toEqual(["engine/3/ask/0#1"]);
        const tape = join(output, "live", "tape.jsonl");
        writeFileSync(tape, readFileSync(tape, "utf8").replaceAll("hay", "straw"));
        expect(await found(run, "straw")).toHaveLength(4);
      } finally {
        await store.close();
        await stream.close();
      }
    }));
});
