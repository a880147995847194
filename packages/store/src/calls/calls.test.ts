import {
  appendFileSync,
  cpSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type CallAnswer, callAnswerSchema, callsAnswerSchema, type ModelCall } from "@llm-sim/api";
import { openEventStream } from "@llm-sim/events";
import { OFFER_SCHEMA, recordAttempt, recordHaggling } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "../index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";

type Options = Parameters<typeof recordHaggling>[2];

/** @param change what happens to the run's directory before it is asked */
function haggling(
  ask: (run: Run, directory: string) => Promise<void>,
  options: Options = {},
  change: (directory: string) => void = () => undefined,
): Promise<void> {
  return inTemporaryDirectory(async (output) => {
    await recordHaggling(output, "haggle", options);
    change(join(output, "haggle"));
    const store = openStore(output, { sidecar: false });
    try {
      await ask(await store.openRun("haggle"), join(output, "haggle"));
    } finally {
      await store.close();
    }
  });
}

const short = ({ call, status }: ModelCall) => `${call} ${status}`;
const idOf = async (run: Run, coordinate: string): Promise<string> => {
  const { calls } = await run.calls();
  return calls.find(({ call }) => call === coordinate)?.event_id ?? "";
};
const said = ({ messages = [] }: CallAnswer) =>
  messages.map((one) =>
    one.item === "message" ? (one.content ?? one.hash.slice(0, 7)) : [one.from, one.to],
  );
const tapeOf = (directory: string) => join(directory, "tape.jsonl");

describe("a list of model calls", () => {
  it("has each attempt in the order of the log, with the decision that came of it, and what they come to", () =>
    haggling(async (run) => {
      const answer = await run.calls();
      expect(callsAnswerSchema.parse(answer)).toEqual(answer);
      expect(answer.calls.map(short)).toEqual([
        "agent alice/1/offer/0#1 success",
        "agent bob/1/offer/0#1 success",
        "agent alice/2/offer/0#1 success",
        "agent bob/2/offer/0#1 retry",
        "agent bob/2/offer/0#2 success",
        "agent alice/3/offer/0#1 success",
        "agent bob/3/offer/0#1 failure",
        "engine/3/judge:fairness/0#1 success",
      ]);
      expect(answer).toMatchObject({
        total: 8,
        has_more: false,
        next_cursor: null,
        complete: true,
        gaps: [],
      });
      expect(answer.totals).toMatchObject({
        calls: 8,
        questions: 7,
        retries: 1,
        failures: 1,
        input_tokens: 700,
        output_tokens: 140,
        cost_usd: 0.0024,
        unpriced: 1,
      });
      expect(answer.by_agent.map(({ actor, agent_id, calls }) => [actor, agent_id, calls])).toEqual([
        ["agent", "alice", 3],
        ["agent", "bob", 4],
        ["engine", undefined, 1],
      ]);
      expect(answer.by_model.map(({ model, unpriced }) => [model, unpriced])).toEqual([
        ["gpt-4o-mini", 0],
        ["house-model", 1],
      ]);
      const decisions = (await run.query({ event_types: ["DECISION"] })).events();
      expect(
        answer.calls.map(({ decision_id }) =>
          decisions.findIndex(({ event_id }) => event_id === decision_id),
        ),
      ).toEqual([0, 1, 2, 3, 3, 4, 5, -1]);
      // Both attempts are behind the decision that the second answered.
      const behind = await run.calls({ decision_id: decisions[3]?.event_id });
      expect(behind.calls.map(short)).toEqual([
        "agent bob/2/offer/0#1 retry",
        "agent bob/2/offer/0#2 success",
      ]);
      expect(behind.totals).toMatchObject({ calls: 2, questions: 1 });
    }));

  it("is counted among what is known of the run, with a tape or without", async () => {
    const counted = async (run: Run) => expect((await run.details()).calls).toBe(8);
    await haggling(counted);
    await haggling(counted, { tape: "off", provenance: { config: { llm: { model: "m" } } } });
    // Of such a run nobody knows that its events are worth looking through.
    await haggling(async (run) => expect(await run.details()).not.toHaveProperty("calls"), { tape: "off" });
  });

  it("is filtered by each criterion and all of them, and its totals are of what matches", () =>
    haggling(async (run) => {
      const total = async (query: Parameters<Run["calls"]>[0]) => {
        const answer = await run.calls(query);
        expect([answer.totals.calls, answer.calls.length]).toEqual([answer.total, answer.total]);
        return answer.total;
      };
      expect(await total({ agent_ids: ["bob"] })).toBe(4);
      expect(await total({ agent_ids: ["bob", "alice"] })).toBe(7);
      expect(await total({ agent_ids: [] })).toBe(8);
      expect(await total({ actors: ["engine"] })).toBe(1);
      expect(await total({ turn_start: 2, turn_end: 2 })).toBe(3);
      expect(await total({ purpose: "judge" })).toBe(1);
      expect(await total({ model: "gpt-4o-mini" })).toBe(7);
      expect(await total({ model: "gpt-4o-mini-2024-07-18" })).toBe(6);
      expect(await total({ status: ["retry", "failure"] })).toBe(2);
      expect(await total({ outcome: ["network"] })).toBe(1);
      expect(await total({ agent_ids: ["bob"], turn_start: 2, status: ["success"] })).toBe(1);
      expect((await run.calls({ agent_ids: ["zoe"] })).hints).toEqual([
        'run haggle has no agent "zoe"; its agents are alice, bob',
      ]);
      await expect(run.calls({ turn_start: 3, turn_end: 1 })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
      expect(await run.calls({ decision_id: "01KAR8B1C0A1B2C000000000F7" })).toMatchObject({
        total: 0,
        hints: ["run haggle has no event 01KAR8B1C0A1B2C000000000F7"],
      });
    }));

  it("comes in pages that together are the whole, each with the same totals", () =>
    haggling(async (run) => {
      const whole = await run.calls();
      for (const limit of [1, 3, 8]) {
        const calls: ModelCall[] = [];
        let cursor: string | undefined;
        do {
          const page = await run.calls({ limit, cursor });
          expect(page.totals).toEqual(whole.totals);
          calls.push(...page.calls);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        expect(calls).toEqual(whole.calls);
      }
      expect((await run.calls({ offset: 6 })).calls).toEqual(whole.calls.slice(6));
      expect((await run.calls({ offset: 60 })).calls).toEqual([]);
      await expect(run.calls({ cursor: "x" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }));

  it("of a run that was recorded too coarsely has the failures, and says what is on the tape besides", () =>
    haggling(
      async (run) => {
        const { calls, gaps, complete } = await run.calls();
        expect(calls.map(short)).toEqual(["agent bob/3/offer/0#1 failure"]);
        expect(complete).toBe(false);
        expect(gaps).toMatchObject([{ kind: "verbosity", needed_verbosity: "DECISION" }]);
        expect(gaps[0]?.message).toContain("7 more are on the tape");
      },
      { verbosity: "MILESTONE" },
    ));
});

describe("one call", () => {
  it("has all that was said, the answer and what was asked for", () =>
    haggling(async (run) => {
      const answer = await run.call(await idOf(run, "agent alice/2/offer/0#1"));
      expect(callAnswerSchema.parse(answer)).toEqual(answer);
      expect(answer).toMatchObject({ tape: "texts", complete: true, message_count: 4 });
      expect(answer.messages).toMatchObject([
        { item: "message", at: 0, role: "system", content: "You haggle over a boat.\nBe brief." },
        { item: "message", at: 1, role: "user", content: "Turn 1, alice: your offer?" },
        { item: "message", at: 2, role: "assistant", content: '{"amount":10}' },
        { item: "message", at: 3, role: "user", content: "Turn 2, alice: your offer?" },
      ]);
      expect(answer).toMatchObject({
        text: '{"amount":20}',
        reasoning: "alice thinks",
        schema: OFFER_SCHEMA,
      });
      expect(answer.sampling).toEqual({ temperature: 0.7 });
      expect(answer.attempts).toEqual([answer.call]);
      expect(answer.event).toEqual(await run.event(answer.event_id));
    }));

  it("as a delta names what stands in the same asker's call before, and gives the rest", () =>
    haggling(async (run) => {
      const first = await run.call(await idOf(run, "agent bob/1/offer/0#1"), { delta: true });
      expect(first.previous).toBeUndefined();
      expect(said(first)).toEqual(["You haggle over a boat.\nBe brief.", "Turn 1, bob: your offer?"]);
      const again = await run.call(await idOf(run, "agent bob/2/offer/0#2"), { delta: true });
      expect(again.messages?.[0]).toEqual({ item: "same", at: 0, from: 0, to: 4 });
      expect(said(again)).toEqual([[0, 4], "Twenty, I think.", "That is no JSON. Answer with JSON alone."]);
      expect(again.previous).toEqual({
        event_id: await idOf(run, "agent bob/2/offer/0#1"),
        call: "agent bob/2/offer/0#1",
        message_count: 4,
      });
      expect(again.attempts.map(short)).toEqual([
        "agent bob/2/offer/0#1 retry",
        "agent bob/2/offer/0#2 success",
      ]);
    }));

  it("is found by the decision that came of it, and by no other event", () =>
    haggling(async (run) => {
      const [decision] = (
        await run.query({ event_types: ["DECISION"], agent_ids: ["bob"], turn_start: 2, turn_end: 2 })
      ).events();
      const answer = await run.call(decision?.event_id ?? "");
      expect(answer.call.call).toBe("agent bob/2/offer/0#2");
      const [action] = (await run.query({ event_types: ["ACTION"] })).events();
      await expect(run.call(action?.event_id ?? "")).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining("ACTION"),
      });
      await expect(run.call("01KAR8B1C0A1B2C000000000F7")).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    }));

  it("of a tape without texts has the hashes, where it has none nothing, and says so", async () => {
    await haggling(
      async (run) => {
        const answer = await run.call(await idOf(run, "agent alice/1/offer/0#1"));
        expect(answer).toMatchObject({ tape: "hashes", complete: false, message_count: 2 });
        expect(said(answer)).toEqual(["sha256:", "sha256:"]);
        expect(answer.text).toBeUndefined();
        expect(answer.gaps).toMatchObject([{ kind: "tape", turn_start: 1, event_id: answer.event_id }]);
        expect(answer.gaps[0]?.message).toContain("tape: hash");
      },
      { tape: "hash" },
    );
    await haggling(
      async (run) => {
        const answer = await run.call(await idOf(run, "agent alice/1/offer/0#1"));
        expect(answer).toMatchObject({ tape: "nothing", gaps: [{ kind: "tape" }] });
        expect(answer.messages).toBeUndefined();
      },
      { tape: "off" },
    );
  });
});

/** Bytes of the line, with its number, that holds a text. */
function lineWith(directory: string, text: string): { start: number; end: number; whole: string } {
  const whole = readFileSync(tapeOf(directory), "utf8");
  const at = whole.indexOf(text);
  const start = whole.lastIndexOf("\n", at) + 1;
  return { start, end: whole.indexOf("\n", at), whole };
}

describe("a tape that is damaged", () => {
  it("leaves out the message that cannot be read, and says so", () =>
    haggling(
      async (run) => {
        const answer = await run.call(await idOf(run, "agent alice/2/offer/0#1"));
        expect(said(answer)).toEqual([
          "You haggle over a boat.\nBe brief.",
          "Turn 1, alice: your offer?",
          '{"amount":10}',
          "sha256:",
        ]);
        expect(answer.gaps.map(({ message }) => message)).toEqual([
          "1 text is not on the tape, or cannot be read.",
        ]);
      },
      {},
      (directory) => {
        const { whole } = lineWith(directory, "");
        writeFileSync(tapeOf(directory), whole.replace("Turn 2, alice: your", "Turn 2, alice: YOUR"));
      },
    ));

  it("does not tell what builds on an entry that cannot be read, and tells again what does not", () =>
    haggling(
      async (run) => {
        const lost = await run.call(await idOf(run, "agent alice/1/offer/0#1"));
        expect(lost.gaps[0]?.message).toBe(
          "The tape has no entry agent alice/1/offer/0#1; 1 line of it cannot be read.",
        );
        const after = await run.call(await idOf(run, "agent alice/2/offer/0#1"));
        expect(after.messages).toBeUndefined();
        expect(after.text).toBe('{"amount":20}');
        expect(after.gaps[0]?.message).toContain("builds on an entry before it");
        expect(await run.call(await idOf(run, "agent bob/2/offer/0#1"))).toMatchObject({ complete: true });
      },
      {},
      (directory) => {
        const { start, end, whole } = lineWith(
          directory,
          '"coordinate":{"actor":{"type":"agent","agent_id":"alice"},"turn":1',
        );
        writeFileSync(tapeOf(directory), `${whole.slice(0, start)}{"torn":${whole.slice(end)}`);
      },
    ));

  it("is no error where it is torn, is a directory, of a later version, or a link that leads elsewhere", async () => {
    const asked = async (run: Run) =>
      (await run.call(await idOf(run, "engine/3/judge:fairness/0#1"))).gaps[0]?.message;
    await haggling(
      async (run) => expect(await asked(run)).toContain("has no entry engine/3"),
      {},
      (directory) => truncateSync(tapeOf(directory), readFileSync(tapeOf(directory)).length - 9),
    );
    await haggling(
      async (run) => expect(await asked(run)).toContain("format version 99"),
      {},
      (directory) =>
        writeFileSync(
          tapeOf(directory),
          '{"line":"tape","format_version":99,"simulation_id":"x","texts":true}\n',
        ),
    );
    await haggling(
      async (run) => expect(await asked(run)).toContain("symbolic link"),
      {},
      (directory) => {
        cpSync(tapeOf(directory), join(directory, "../../elsewhere.jsonl"));
        rmSync(tapeOf(directory));
        symlinkSync(join(directory, "../../elsewhere.jsonl"), tapeOf(directory));
      },
    );
  });
});

describe("a tape that changes", () => {
  it("is read as it grows, also behind a last line that was not whole, and anew where it is another", () =>
    inTemporaryDirectory(async (output) => {
      const stream = await openEventStream({
        outputDir: output,
        simulationId: "live",
        signals: false,
        verbosity: "STATE",
      });
      await stream.flush();
      const store = openStore(output, { sidecar: false });
      const path = join(output, "live", "tape.jsonl");
      try {
        const run = await store.openRun("live");
        const ask = async (turn: number) => {
          stream.startTurn(turn);
          await recordAttempt(stream, {
            coordinate: {
              actor: { type: "agent", agent_id: "alice" },
              turn,
              purpose: "decide",
              ordinal: 0,
              attempt: 1,
            },
            model: "llama3.1",
            sampling: {},
            messages: Array.from({ length: turn }, (_, at) => ({ role: "user", content: `word ${at}` })),
            outcome: "response",
            text: `answer ${turn}`,
            latency_ms: 1,
          });
          await stream.flush();
        };
        // Past the number of steps that lists are told in.
        for (let turn = 1; turn <= 80; turn++) {
          await ask(turn);
          const { calls } = await run.calls({ turn_start: turn });
          const answer = await run.call(calls[0]?.event_id ?? "");
          expect([said(answer).length, answer.text, answer.complete]).toEqual([turn, `answer ${turn}`, true]);
        }
        const whole = readFileSync(path);
        const last = (await run.calls({ turn_start: 80 })).calls[0]?.event_id ?? "";
        writeFileSync(path, whole.subarray(0, -20));
        expect((await run.call(last)).tape).toBe("nothing");
        appendFileSync(path, whole.subarray(-20));
        expect((await run.call(last)).text).toBe("answer 80");
        // Another file of the same length, by another name for a while.
        writeFileSync(path, whole.toString().replaceAll("answer", "ANSWER"));
        expect((await run.call(last)).text).toBe("ANSWER 80");
      } finally {
        await store.close();
        await stream.close();
      }
    }));
});
