import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../schema/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";
import {
  type Attempt,
  isTapeError,
  type Message,
  messageHash,
  readTape,
  type TapeItem,
  TapeState,
  TapeWriter,
  tapeLineSchema,
  type UnreadableLine,
} from "./index.ts";

let run: string;
beforeEach(() => {
  run = join(mkdtempSync(join(tmpdir(), "llm-sim-tape-")), "run");
  mkdirSync(run);
});
afterEach(() => rmSync(join(run, ".."), { recursive: true }));

const says = (content: string): Message => ({ role: "user", content });

function attempt(agent: string, turn: number, messages: Message[], more: Partial<Attempt> = {}): Attempt {
  return {
    coordinate: {
      actor: { type: "agent", agent_id: agent },
      turn,
      purpose: "decide",
      ordinal: 0,
      attempt: 1,
    },
    model: "llama3.1",
    sampling: { temperature: 0.7, seed: 7 },
    messages,
    outcome: "response",
    text: "yes",
    latency_ms: 12.5,
    ...more,
  };
}

const write = (text: string | Buffer) => writeFileSync(join(run, "tape.jsonl"), text);

async function read(state?: TapeState): Promise<{ items: TapeItem[]; unreadable: UnreadableLine[] }> {
  const unreadable: UnreadableLine[] = [];
  const items: TapeItem[] = [];
  for await (const item of readTape(run, { onUnreadable: (line) => unreadable.push(line), state }))
    items.push(item);
  return { items, unreadable };
}

const attemptsIn = (items: TapeItem[]) => items.flatMap((item) => (item.line === "attempt" ? [item] : []));
const writer = (state?: TapeState, texts = true) => new TapeWriter({ simulationId: "run", texts, state });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.constantFrom("yes", "no", "perhaps", "é \n\u2028 \ud800").map(says),
  fc.record({
    role: fc.constantFrom("system" as const, "user" as const, "assistant" as const, "tool" as const),
    content: fc.string({ unit: "binary" }),
    name: fc.string(),
  }),
);

describe("what is written on a tape is read from it", () => {
  it("every list of every actor exactly, in whatever order they come, in one session or several", async () => {
    const step = fc.record({
      agent: fc.constantFrom("alice", "bob", "carol"),
      // What an actor says grows, slides, begins anew or is something else altogether.
      kind: fc.constantFrom("grow", "slide", "anew", "same"),
      fresh: fc.array(message, { maxLength: 3 }),
      schema: fc.option(fc.constantFrom<JsonValue>({ type: "object" }, { enum: ["é", 1.5] }), {
        nil: undefined,
      }),
      reopens: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const lists = new Map<string, Message[]>();
        const expected: { hashes: string[]; agent: string }[] = [];
        let [text, tape] = ["", writer()];
        for (const [turn, { agent, kind, fresh, schema, reopens }] of steps.entries()) {
          if (reopens) {
            const state = new TapeState();
            write(text);
            await read(state);
            tape = writer(state);
          }
          const before = lists.get(agent) ?? [];
          const kept = { grow: before, slide: before.slice(1), anew: [], same: before }[kind];
          const list = kind === "same" ? kept : [...kept, ...fresh];
          lists.set(agent, list);
          text += tape.linesOf(attempt(agent, turn, list, { schema })).join("");
          expected.push({ hashes: list.map(messageHash), agent });
        }
        write(text);
        const { items, unreadable } = await read();
        expect(unreadable).toEqual([]);
        expect(
          attemptsIn(items).map(({ messages, coordinate }) => ({
            hashes: messages,
            agent: coordinate.actor.agent_id,
          })),
        ).toEqual(expected);
        // Each message once, before the first attempt that says it.
        const once = items.flatMap((item) => (item.line === "message" ? [item.hash] : []));
        expect(new Set(once).size).toBe(once.length);
        expect(new Set(once)).toEqual(new Set(expected.flatMap(({ hashes }) => hashes)));
        const known = new Set<string>();
        for (const item of items) {
          if (item.line === "message") known.add(item.hash);
          if (item.line === "attempt") for (const hash of item.messages) expect(known).toContain(hash);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("outcome, answer, usage and what else there is to say of an attempt", async () => {
    const whole = attempt("alice", 1, [says("Buy?")], {
      finish_reason: "stop",
      served_model: "llama3.1-2026",
      usage: { input_tokens: 10, output_tokens: 2, cached_tokens: 0, reasoning_tokens: 1 },
      status: 200,
    });
    const failed = attempt("alice", 1, [says("Buy?")], {
      coordinate: { ...whole.coordinate, attempt: 2 },
      outcome: "http_error",
      text: undefined,
      status: 429,
      retryable: true,
      retry_after_ms: 1500,
      error: "too many requests",
    });
    const tape = writer();
    write([...tape.linesOf(whole), ...tape.linesOf(failed)].join(""));
    const { items } = await read();
    expect(items.map(({ line }) => line)).toEqual(["tape", "message", "attempt", "attempt"]);
    const { messages: _, ...said } = whole;
    expect(attemptsIn(items)[0]).toMatchObject(said);
    expect(attemptsIn(items)[1]).toMatchObject({
      status: 429,
      retryable: true,
      retry_after_ms: 1500,
      error: "too many requests",
      outcome: "http_error",
      coordinate: { attempt: 2 },
    });
    expect(attemptsIn(items)[1]).not.toHaveProperty("text");
  });

  it("no text at all where only hashes are kept", async () => {
    const tape = writer(undefined, false);
    const secret = "private words";
    write(
      tape
        .linesOf(
          attempt("alice", 1, [says(secret)], {
            text: secret,
            reasoning: secret,
            error: secret,
            schema: { title: secret },
            another: secret,
          }),
        )
        .join(""),
    );
    const { items, unreadable } = await read();
    expect(unreadable).toEqual([]);
    expect(items[0]).toMatchObject({ line: "tape", format_version: 1, simulation_id: "run", texts: false });
    expect(items.map(({ line }) => line)).toEqual(["tape", "attempt"]);
    expect(attemptsIn(items)[0]?.messages).toEqual([messageHash(says(secret))]);
    expect(JSON.stringify(items)).not.toContain("private");
  });

  it("says again what it keeps where a later session keeps something else", async () => {
    const state = new TapeState();
    const first = writer(state, false).linesOf(attempt("alice", 1, [says("one")]));
    const then = writer(state, true).linesOf(attempt("alice", 2, [says("one"), says("two")]));
    write([...first, ...then].join(""));
    const { items } = await read();
    expect(items.map((item) => (item.line === "tape" ? item.texts : item.line))).toEqual([
      false,
      "attempt",
      true,
      "message",
      "message",
      "attempt",
    ]);
  });
});

describe("the tape of a conversation", () => {
  const bytesByTurn = (listAt: (turn: number) => Message[]) => {
    const tape = writer();
    return Array.from({ length: 200 }, (_, turn) =>
      Buffer.byteLength(tape.linesOf(attempt("alice", turn, listAt(turn))).join("")),
    );
  };
  const said = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => says(`message ${from + at} ${"x".repeat(300)}`));
  const system: Message = { role: "system", content: "You are Alice." };

  it.each([
    ["grows", (turn: number) => [system, ...said(0, 2 * turn + 2)]],
    [
      "slides, its beginning left behind",
      (turn: number) => [system, ...said(Math.max(0, 2 * turn - 18), 2 * turn + 2)],
    ],
    ["is asked again and again", () => [system, ...said(0, 40)]],
  ])("grows linearly where the conversation %s", (_, listAt) => {
    const bytes = bytesByTurn(listAt);
    const sum = (from: number, to: number) => bytes.slice(from, to).reduce((total, one) => total + one, 0);
    expect(sum(150, 200) / sum(50, 100)).toBeLessThan(1.05);
    expect(Math.max(...bytes.slice(1))).toBeLessThan(3000);
  });
});

describe("a tape that is damaged, or was in other hands", () => {
  const lines = () => {
    const tape = writer();
    return [
      ...tape.linesOf(attempt("alice", 1, [says("one")])),
      ...tape.linesOf(attempt("bob", 1, [says("one")])),
      ...tape.linesOf(attempt("alice", 2, [says("one"), says("two")])),
      ...tape.linesOf(attempt("bob", 2, [says("three")])),
      ...tape.linesOf(attempt("alice", 3, [says("four")])),
    ];
  };
  const turns = (items: TapeItem[]) =>
    attemptsIn(items).map(({ coordinate: { actor, turn } }) => `${actor.agent_id} ${turn}`);

  it("reads the same with CRLF, a UTF-8 mark, blank lines and without its last newline", async () => {
    write(lines().join(""));
    const { items } = await read();
    write(Buffer.from(`\ufeff${lines().join("\r\n").replaceAll("\n\r\n", "\r\n\r\n").trimEnd()}`));
    expect(await read()).toEqual({ items, unreadable: [] });
  });

  it("ends where its last line is torn, and says so", async () => {
    const text = lines().join("");
    write(text.slice(0, -40));
    const { items, unreadable } = await read();
    expect(turns(items)).toEqual(["alice 1", "bob 1", "alice 2", "bob 2"]);
    expect(unreadable).toMatchObject([{ file: "tape.jsonl", line: 10, torn: true }]);
  });

  it("names each line that cannot be read, and takes nothing that builds on one", async () => {
    const all = lines();
    const first = all.findIndex((line) => line.includes('"attempt"'));
    all[first] = "{ not json\n";
    write(all.join(""));
    const { items, unreadable } = await read();
    expect(turns(items)).toEqual(["bob 1", "bob 2", "alice 3"]);
    expect(
      unreadable.map(({ line, reason, torn }) => ({ line, torn, reason: reason.split(":")[0] })),
    ).toEqual([
      { line: 3, torn: false, reason: "not JSON" },
      { line: 6, torn: false, reason: "request_hash" },
    ]);
  });

  it("is written on after a line that cannot be read", async () => {
    const all = lines();
    all[all.length - 1] = "{}\n";
    write(all.join(""));
    const state = new TapeState();
    await read(state);
    const more = writer(state).linesOf(attempt("alice", 3, [says("one"), says("two"), says("five")]));
    write([...all, ...more].join(""));
    const { items } = await read();
    expect(turns(items).at(-1)).toBe("alice 3");
  });

  it.each([
    ["a message", (line: string) => line.replace('"content":"one"', '"content":"One"')],
    ["an attempt's model", (line: string) => line.replace("llama3.1", "llama3.2")],
  ])("takes no line whose hash is not its own: %s that was altered", async (_, alter) => {
    const all = lines();
    const altered = all.map(alter);
    const at = altered.findIndex((line, index) => line !== all[index]);
    write([...all.slice(0, at), altered[at] ?? "", ...all.slice(at + 1)].join(""));
    const { unreadable } = await read();
    expect(unreadable[0]?.line).toBe(at + 1);
    expect(unreadable[0]?.reason).toMatch(/hash: not that of/);
  });

  it("is refused in words where it is of a later format", async () => {
    write('{"line":"tape","format_version":2,"simulation_id":"run","something":1}\n{"line":"film"}\n');
    const reading = read();
    await expect(reading).rejects.toThrow(
      /tape\.jsonl is of format version 2, and this llm-sim knows versions up to 1: update llm-sim\.$/,
    );
    expect(isTapeError(await reading.catch((error: unknown) => error), "FORMAT_NEWER")).toBe(true);
  });

  it("is not looked for outside the directory that holds the runs", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "llm-sim-elsewhere-"));
    writeFileSync(join(elsewhere, "tape.jsonl"), lines().join(""));
    symlinkSync(join(elsewhere, "tape.jsonl"), join(run, "tape.jsonl"));
    await expect(read()).rejects.toThrow(/symbolic link that leads out/);
    rmSync(elsewhere, { recursive: true });
  });

  it("is empty where there is none", async () => expect(await read()).toEqual({ items: [], unreadable: [] }));
});

describe("an entry", () => {
  it.each<[string, Partial<Attempt>, RegExp]>([
    ["a latency that is no number", { latency_ms: Number.NaN }, /such attempt: latency_ms: /],
    ["an outcome there is none of", { outcome: wronglyTyped("fine") }, /such attempt: outcome: /],
    [
      "a role there is none of",
      { messages: [{ role: wronglyTyped("boss"), content: "" }] },
      /such message: role: /,
    ],
    ["a parameter there is none of", { sampling: wronglyTyped({ heat: 1 }) }, /such attempt: sampling: /],
    [
      "no coordinate",
      { coordinate: wronglyTyped({ turn: 1, actor: { type: "agent" } }) },
      /such attempt: coordinate/,
    ],
  ])("with %s is refused, and the next is written as if it had not been", (_, wrong, words) => {
    const tape = writer();
    expect(() => tape.linesOf(attempt("alice", 1, [says("one")], wrong))).toThrow(words);
    expect(() => tape.linesOf(attempt("alice", 1, [says("one")], wrong))).toThrow(RangeError);
    expect(tape.linesOf(attempt("alice", 1, [says("one")]))).toEqual(
      writer().linesOf(attempt("alice", 1, [says("one")])),
    );
  });

  it("of many megabytes is a line like any other; one that no reader takes is refused, and changes nothing", async () => {
    const tape = writer();
    const tooLong = attempt("alice", 1, [says("one")], { text: "x".repeat(65 * 1024 * 1024) });
    expect(() => tape.linesOf(tooLong)).toThrow(RangeError);
    const large = tape.linesOf(attempt("alice", 1, [says("one")], { text: "é".repeat(4_000_000) }));
    expect(large.map((line) => tapeLineSchema.parse(JSON.parse(line)).line)).toEqual([
      "tape",
      "message",
      "attempt",
    ]);
    write(large.join(""));
    expect(attemptsIn((await read()).items)[0]?.text).toHaveLength(4_000_000);
  });
});
