import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Attempt, TapeWriter } from "@llm-sim/events/tape";
import type { LlmSettings } from "@llm-sim/simulation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ServerStep, startModelServer } from "../testing/index.ts";
import { AnswersOnTape, createModels, type ReadAnswersOptions } from "./index.ts";
import { Record, temporaryFolder } from "./models.test.fixture.ts";

const SETTINGS: LlmSettings = {
  base_url: "http://127.0.0.1:9/v1",
  model: "llama3.1",
  api_key_env: "NOT_SET",
};

interface Asked {
  text: string;
  agent?: string;
  turn?: number;
  ordinal?: number;
  more?: Partial<Attempt>;
}

/** A tape whose model says what it was asked, loudly. */
function tapeOf(asked: readonly Asked[], texts = true): string {
  const writer = new TapeWriter({ simulationId: "run", texts });
  const lines = asked.flatMap(({ text, agent = "alice", turn = 1, ordinal = 0, more }) =>
    writer.linesOf({
      coordinate: { actor: { type: "agent", agent_id: agent }, turn, purpose: "decide", ordinal, attempt: 1 },
      model: "llama3.1",
      sampling: {},
      messages: [{ role: "user", content: text }],
      outcome: "response",
      text: `${text}!`,
      usage: { input_tokens: 2, output_tokens: 1 },
      cost_usd: 0.25,
      latency_ms: 5,
      ...more,
    }),
  );
  const file = join(temporaryFolder(), "some.jsonl");
  writeFileSync(file, lines.join(""));
  return file;
}

async function playing(file: string, options?: ReadAnswersOptions) {
  const answers = await AnswersOnTape.read(file, options);
  const models = await createModels({ settings: SETTINGS, env: {}, source: { answers, onMiss: "fail" } });
  const record = new Record(models);
  const ask = async ({ text, ...who }: Asked) =>
    (await record.ask({ messages: [{ role: "user", content: text }] }, who)).value;
  return { answers, models, record, ask };
}

describe("a tape is played from", () => {
  it("by coordinate: the same question of two agents, and again in a later turn, has an answer each", async () => {
    const asked = [
      { text: "Go?", more: { text: "one" } },
      { text: "Go?", agent: "bob", more: { text: "two" } },
      { text: "Go?", turn: 2, more: { text: "three" } },
    ];
    const { ask, answers } = await playing(tapeOf(asked));
    const found = [];
    for (const one of asked.toReversed()) found.push(await ask(one));
    expect(found).toEqual(["three", "two", "one"]);
    expect(answers.unasked).toEqual([]);
  });

  it("in the order of the tape where several ask at once, whoever asks first", async () => {
    const names = ["alice", "bob", "carol", "dave", "eve"];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.shuffledSubarray(names, { minLength: names.length }),
        async (taped, asking) => {
          const { ask, record } = await playing(tapeOf(taped.map((agent) => ({ text: agent, agent }))));
          const order: string[] = [];
          await Promise.all(
            asking.map(async (agent) => {
              expect(await ask({ text: agent, agent })).toBe(`${agent}!`);
              order.push(agent);
            }),
          );
          expect(order).toEqual(taped);
          expect(record.coordinates.map(({ actor }) => actor.agent_id)).toEqual(taped);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("by what is asked, among questions of one agent for one purpose that are open at once without a key", async () => {
    await fc.assert(
      fc.asyncProperty(
        // The same may be asked twice.
        fc.array(fc.constantFrom("a", "b", "c"), { minLength: 2, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        async (texts, random) => {
          const shuffled = texts
            .map((text) => ({ text, by: random.next().value }))
            .toSorted((one, other) => one.by - other.by)
            .map(({ text }) => text);
          const { ask, answers, record } = await playing(
            tapeOf(texts.map((text, ordinal) => ({ text, ordinal }))),
          );
          const found = await Promise.all(shuffled.map((text, ordinal) => ask({ text, ordinal })));
          expect(found).toEqual(shuffled.map((text) => `${text}!`));
          expect(answers.unasked).toEqual([]);
          expect(record.coordinates.map(({ ordinal }) => ordinal)).toEqual([...texts.keys()]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("never by what is asked where one question comes after the other", async () => {
    const { ask } = await playing(tapeOf(["a", "b"].map((text, ordinal) => ({ text, ordinal }))));
    await expect(ask({ text: "b", ordinal: 0 })).rejects.toMatchObject({ code: "NOT_ON_TAPE" });
  });

  it("to its end: what was not asked for is told, in the tape's order", async () => {
    const asked = ["a", "b", "c"].map((text, at) => ({ text, turn: at + 1 }));
    const { ask, answers, models } = await playing(tapeOf(asked));
    await ask({ text: "b", turn: 2 });
    expect(answers.unasked.map(({ turn }) => turn)).toEqual([1, 3]);
    expect(answers.reused).toEqual({ calls: 1, tokens: 3, usd: 0.25 });
    expect(models.totals()).toEqual({ calls: 1, from_tape: 1, tokens: 0, usd: 0, saved_usd: 0.25 });
  });

  it("with what a run that was resumed has gone on with, where a coordinate stands twice", async () => {
    const broken = {
      outcome: "aborted",
      broken_off_by: "budget",
      text: undefined,
      usage: undefined,
    } as const;
    const file = tapeOf([{ text: "Go?", more: broken }, { text: "Go?" }]);
    expect(await (await playing(file)).ask({ text: "Go?" })).toBe("Go?!");
  });

  it("without what a budget or an interrupt broke off, where that is not wanted", async () => {
    const broken = { outcome: "aborted", text: undefined, usage: undefined } as const;
    const file = tapeOf([
      { text: "a", more: { ...broken, broken_off_by: "budget" } },
      { text: "b", turn: 2, more: { ...broken, broken_off_by: "signal" } },
      { text: "c", turn: 3, more: { ...broken, broken_off_by: "decide_timeout" } },
    ]);
    const { answers } = await playing(file, { without: ["budget", "signal"] });
    expect(answers.size).toBe(1);
    const { ask, models } = await playing(file);
    await expect(ask({ text: "a" })).rejects.toMatchObject({ code: "aborted" });
    expect(models.isSpent).toBe(true);
  });

  it("by no clock, as nobody is asked", async () => {
    expect((await playing(tapeOf([{ text: "a" }]))).models.isPlaying).toBe(true);
    const answers = await AnswersOnTape.read(tapeOf([{ text: "a" }]));
    const settings = { base_url: "http://127.0.0.1:9/v1", model: "llama3.1" };
    expect((await createModels({ settings, source: { answers, onMiss: "live" } })).isPlaying).toBe(false);
  });

  it("and its budget is spent where it was", async () => {
    const answers = await AnswersOnTape.read(tapeOf([{ text: "a" }, { text: "b", turn: 2 }]));
    const models = await createModels({
      settings: { ...SETTINGS, budget: { usd: 0.5 } },
      source: { answers, onMiss: "fail" },
    });
    const record = new Record(models);
    await record.ask({ messages: [{ role: "user", content: "a" }] });
    expect(models.isSpent).toBe(false);
    await record.ask({ messages: [{ role: "user", content: "b" }] }, { turn: 2 });
    expect(models.isSpent).toBe(true);
  });
});

describe("what is not on the tape", () => {
  const asked = [{ text: "You have 3 coins.\nWhat do you do?" }, { text: "Go?", turn: 2 }];

  it.each<[string, Asked, string]>([
    [
      "another request",
      { text: "You have 4 coins.\nWhat do you do?" },
      'the tape has another agent alice/1/decide/0#1: /messages/0/content is "You have 4 coins.',
    ],
    [
      "another turn",
      { text: "Go?", turn: 7 },
      "the tape has no agent alice/7/decide/0#1: it has agent alice in turns up to 2",
    ],
    [
      "another question of the turn",
      { text: "Go?", ordinal: 1 },
      "the tape has no agent alice/1/decide/1#1: it has agent alice/1/decide/0#1",
    ],
    [
      "another agent",
      { text: "Go?", agent: "bob" },
      "the tape has no agent bob/1/decide/0#1: nothing of agent bob is on it",
    ],
  ])("is told with what is nearest: %s", async (_, one, reason) => {
    const file = tapeOf(asked);
    const { ask, answers } = await playing(file);
    await expect(ask(one)).rejects.toMatchObject({
      name: "AskError",
      code: "NOT_ON_TAPE",
      message: expect.stringContaining(reason),
    });
    expect(answers.misses).toMatchObject([{ reason: expect.stringContaining(reason) }]);
    expect(answers.misses[0]?.reason).not.toContain("\n");
  });

  it("ends a run whose config plays from it, and no other", async () => {
    const file = tapeOf(asked);
    const play = await createModels({ settings: { ...SETTINGS, play: file } });
    const source = { answers: await AnswersOnTape.read(file), onMiss: "fail" as const };
    const replay = await createModels({ settings: { ...SETTINGS, play: file }, source });
    for (const models of [play, replay])
      await expect(new Record(models).ask({ messages: [{ role: "user", content: "x" }] })).rejects.toThrow();
    expect(play.failure?.message).toContain("; take llm.play out of the config to ask a model");
    expect(replay.failure).toBeUndefined();
  });

  it.each<[Partial<LlmSettings>, string]>([
    [{ model: "gpt-4o" }, '/model is "gpt-4o" now, "llama3.1" on the tape'],
    [{ sampling: { temperature: 1 } }, "/sampling/temperature is 1 now, nothing on the tape"],
  ])("is told by where the requests part first: %j", async (more, reason) => {
    const answers = await AnswersOnTape.read(tapeOf(asked));
    const models = await createModels({
      settings: { ...SETTINGS, ...more },
      source: { answers, onMiss: "fail" },
    });
    await expect(new Record(models).ask({ messages: [{ role: "user", content: "x" }] })).rejects.toThrow(
      reason,
    );
  });

  it("is asked of a model, where one may be; what else there is is still taken from the tape", async () => {
    const server = await startModelServer([{ text: "live" }] satisfies ServerStep[]);
    const answers = await AnswersOnTape.read(tapeOf([{ text: "a" }, { text: "b", turn: 3 }]));
    const settings = { base_url: server.base_url, model: "llama3.1" };
    const models = await createModels({ settings, source: { answers, onMiss: "live" } });
    const record = new Record(models);
    const ask = (content: string, turn: number) =>
      record.ask({ messages: [{ role: "user", content }] }, { turn });
    const replies = [await ask("a", 1), await ask("new", 2), await ask("b", 3)];
    await server.close();
    expect(replies.map(({ value }) => value)).toEqual(["a!", "live", "b!"]);
    expect(server.requests).toHaveLength(1);
    expect(models.totals()).toMatchObject({ calls: 3, from_tape: 2, tokens: 18, saved_usd: 0.5 });
    expect(models.spent).toEqual({ tokens: 18, usd: 0 });
  });

  it("is asked with a number of its own, where others at once are told apart by what they ask", async () => {
    const server = await startModelServer([{ text: "live" }]);
    const answers = await AnswersOnTape.read(tapeOf(["a", "b"].map((text, ordinal) => ({ text, ordinal }))));
    const settings = { base_url: server.base_url, model: "llama3.1" };
    const record = new Record(await createModels({ settings, source: { answers, onMiss: "live" } }));
    const replies = await Promise.all(
      ["b", "new", "a"].map((content, ordinal) =>
        record.ask({ messages: [{ role: "user", content }] }, { ordinal }),
      ),
    );
    await server.close();
    expect(replies.map(({ value }) => value)).toEqual(["b!", "live", "a!"]);
    expect(new Set(record.coordinates.map(({ ordinal }) => ordinal))).toEqual(new Set([0, 1, 2]));
  });
});

describe("a thousand who ask at once", () => {
  const many = Array.from({ length: 1000 }, (_, at) => ({ text: "Go?", agent: `agent-${at}` }));

  it.each([
    ["are answered", many, many.length],
    ["are told that the tape has nothing", [{ text: "Go?" }], 0],
  ])("%s without a wait that grows with their square", async (_, taped, found) => {
    const { ask, answers } = await playing(tapeOf(taped));
    const begun = performance.now();
    await Promise.allSettled(many.map((one) => ask(one)));
    // Some 100 ms; minutes where each looked at all others for each of them.
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect([answers.reused.calls, answers.misses.length]).toEqual([found, many.length - found]);
  });
});

describe("a tape that cannot be played from", () => {
  it("keeps hashes alone", async () => {
    await expect(AnswersOnTape.read(tapeOf([{ text: "a" }], false))).rejects.toMatchObject({
      name: "PlayError",
      code: "TAPE_WITHOUT_TEXTS",
      message: expect.stringContaining("record with llm.tape: full"),
    });
  });

  it("is not there", async () => {
    const file = join(temporaryFolder(), "none.jsonl");
    await expect(AnswersOnTape.read(file)).rejects.toMatchObject({ code: "TAPE_MISSING", path: file });
  });

  it("is something else, which a tape whose first line was cut off is not", async () => {
    const file = join(temporaryFolder(), "engine.ts");
    for (const text of ["export class Engine {\n}\n", '{"event_id":"1"}\n']) {
      writeFileSync(file, text);
      await expect(AnswersOnTape.read(file)).rejects.toMatchObject({ code: "NOT_A_TAPE", path: file });
    }
    for (const text of ["", '{"line":"tape","form']) {
      writeFileSync(file, text);
      expect((await AnswersOnTape.read(file)).size).toBe(0);
    }
  });
});
