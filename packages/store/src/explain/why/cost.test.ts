import { openEventStream } from "@llm-sim/events";
import type { Actor } from "@llm-sim/events/tape";
import { recordAttempt, recordHaggling, type SaidOfAttempt } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "../../index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";

async function inRun(
  record: (output: string) => Promise<void>,
  ask: (run: Run) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    await record(output);
    const store = openStore(output, { sidecar: false });
    try {
      await ask(await store.openRun("run"));
    } finally {
      await store.close();
    }
  });
}

const haggling = (ask: (run: Run) => Promise<void>) => inRun((output) => recordHaggling(output, "run"), ask);

describe("what the answers behind a value cost", () => {
  it("counts each attempt behind the decisions that are told of, those in vain among them", () =>
    haggling(async ({ explain }) => {
      expect((await explain.why({ variable: "alice.offered", turn: 1 })).cost).toEqual({
        calls: 1,
        tokens: 120,
        usd: 0.0004,
        unpriced: 0,
      });
      for (const depth of [undefined, 3, 20])
        expect((await explain.why({ variable: "bob.offered", turn: 2, depth })).cost).toEqual({
          calls: 2,
          tokens: 240,
          usd: 0.0008,
          unpriced: 0,
        });
      // It failed: it used nothing, so that no price is missing.
      expect((await explain.why({ variable: "bob.offered" })).cost).toEqual({
        calls: 1,
        tokens: 0,
        usd: 0,
        unpriced: 0,
      });
    }));

  it("is told of an event, too, and of nothing that no model was asked for", () =>
    haggling(async (run) => {
      const [decision] = (await run.query({ event_types: ["DECISION"] })).events();
      expect((await run.explain.why({ event_id: decision?.event_id })).cost).toMatchObject({ calls: 1 });
      const [call] = (await run.query({ event_types: ["SYSTEM"] })).events();
      expect((await run.explain.why({ event_id: call?.event_id })).cost).toMatchObject({ calls: 1 });
      const [start] = (await run.query({ event_types: ["MILESTONE"] })).events();
      expect(await run.explain.why({ event_id: start?.event_id })).not.toHaveProperty("cost");
    }));

  it("is not that of calls behind other things, which a call read or a budget was spent on", () =>
    inRun(
      async (outputDir) => {
        const stream = await openEventStream({
          outputDir,
          simulationId: "run",
          verbosity: "STATE",
          signals: false,
        });
        const attempt = (actor: Actor, turn: number, said: SaidOfAttempt) =>
          recordAttempt(
            stream,
            {
              coordinate: { actor, turn, purpose: "rule", ordinal: 0, attempt: 1 },
              model: "house-model",
              sampling: {},
              messages: [],
              outcome: "response",
              text: "yes",
              usage: { input_tokens: 10, output_tokens: 1, estimated: true },
              latency_ms: 1,
            },
            said,
          );
        stream.startTurn(1);
        const others = await attempt({ type: "agent", agent_id: "ann" }, 1, { cost_usd: 5 });
        stream.startTurn(2);
        const judged = await attempt({ type: "engine" }, 2, { caused_by: others });
        const rule = stream.detail("judge", { fair: true }, { caused_by: judged });
        stream.state("fair", { old_value: null, new_value: true, change: "added", caused_by: rule });
        await stream.close();
      },
      async ({ explain }) => {
        const { cost, steps } = await explain.why({ variable: "fair", depth: 3 });
        expect(cost).toMatchObject({ calls: 2 });
        expect((await explain.why({ variable: "fair" })).cost).toEqual({
          calls: 1,
          tokens: 11,
          usd: 0,
          unpriced: 1,
        });
        expect(steps.map(({ sentence }) => sentence)).toContain(
          "In turn 2 the engine asked house-model (rule, about 11 tokens).",
        );
      },
    ));
});

describe("the sentence of a model call", () => {
  it("names who asked, whom, for what, which attempt, tokens and cost, and why it was in vain", () =>
    haggling(async (run) => {
      const { calls } = await run.calls();
      const sentences: string[] = [];
      for (const { event_id } of calls.slice(3))
        sentences.push((await run.explain.why({ event_id })).steps[0]?.sentence ?? "");
      expect(sentences).toEqual([
        "In turn 2 bob asked gpt-4o-mini (offer, 120 tokens, $0.0004), in vain: no_json: the answer holds no JSON: Twenty, I think; it was asked again.",
        "In turn 2 bob asked gpt-4o-mini (offer, 2nd attempt, 120 tokens, $0.0004).",
        "In turn 3 alice asked gpt-4o-mini (offer, 120 tokens, $0.0004).",
        "In turn 3 bob asked gpt-4o-mini (offer), in vain: network: connection refused.",
        "In turn 3 the engine asked house-model (judge fairness, 120 tokens).",
      ]);
    }));
});
