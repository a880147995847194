import { Socket } from "node:net";
import { BrokenOff, type LlmSettings, type Question } from "@llm-sim/simulation";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type ModelServer, type ServerStep, startModelServer } from "../testing/index.ts";
import { AnswersOnTape, createModels } from "./index.ts";
import { Record } from "./models.test.fixture.ts";

const servers: ModelServer[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});

const KEY = "sk-live-0123456789abcdef";
const OFFER = z.object({ price: z.number() });
const MODEL = "llama3.1";

async function serve(...script: ServerStep[]) {
  const server = await startModelServer(script);
  servers.push(server);
  return server;
}

function settingsOf(base_url: string, more: Partial<LlmSettings> = {}): LlmSettings {
  return {
    base_url,
    model: MODEL,
    api_key_env: "KEY",
    timeout: "20s",
    max_attempts: 3,
    retry: { first_delay: "4ms", longest_delay: "8ms" },
    ...more,
  };
}

async function live(script: ServerStep[], more: Partial<LlmSettings> = {}) {
  const server = await serve(...script);
  const settings = settingsOf(server.base_url, more);
  const models = await createModels({ settings, env: { KEY } });
  return { server, models, settings, record: new Record(models) };
}

describe("what happens to a call", () => {
  it.each<[string, ServerStep[], string[]]>([
    ["answered", [{ json: { price: 3 } }], ["success"]],
    ["429 without Retry-After", [{ status: 429 }, { json: { price: 3 } }], ["retry http_error", "success"]],
    [
      "429 with Retry-After",
      [{ status: 429, headers: { "retry-after-ms": "20" } }, { json: { price: 3 } }],
      ["retry http_error", "success"],
    ],
    ["500 for ever", [{ status: 500 }], ["retry http_error", "retry http_error", "failure http_error"]],
    ["401", [{ status: 401 }], ["failure http_error"]],
    ["a dropped connection", [{ fault: "drop" }, { json: { price: 3 } }], ["retry network", "success"]],
    ["a body that is cut", [{ fault: "break_json" }, { json: { price: 3 } }], ["retry invalid", "success"]],
    [
      "an answer that breaks off",
      [{ fault: "break_off" }, { json: { price: 3 } }],
      ["retry invalid", "success"],
    ],
    [
      "malformed JSON",
      [{ text: '{"price": 3' }, { json: { price: 3 } }],
      ["retry malformed_json", "success"],
    ],
    ["no JSON", [{ text: "Three." }, { json: { price: 3 } }], ["retry no_json", "success"]],
    [
      "another shape",
      [{ json: { price: "3" } }, { json: { price: 3 } }],
      ["retry schema_violation", "success"],
    ],
    ["fenced", [{ text: '```json\n{"price": 3}\n```' }], ["success"]],
    ["thinking", [{ text: '<think>{"price": 4}?</think>{"price": 3}' }], ["success"]],
    ["a refusal", [{ refusal: "I will not." }, { json: { price: 3 } }], ["retry refused", "success"]],
    [
      "truncation",
      [{ text: '{"price": 3', finish_reason: "length" }, { json: { price: 3 } }],
      ["retry truncated", "success"],
    ],
    ["nothing", [{ text: "" }, { json: { price: 3 } }], ["retry empty_answer", "success"]],
    [
      "two answers",
      [{ text: '{"price":3} {"price":4}' }, { json: { price: 3 } }],
      ["retry ambiguous_answer", "success"],
    ],
  ])("%s", async (_, script, statuses) => {
    const { record } = await live(script);
    const answer = record.ask({ schema: OFFER });
    if (statuses.at(-1) === "success") expect((await answer).value).toEqual({ price: 3 });
    else await expect(answer).rejects.toMatchObject({ name: "AskError", code: "http_error" });
    expect(record.statuses).toEqual(statuses);
    expect(record.coordinates.map(({ attempt }) => attempt)).toEqual(
      [...statuses.keys()].map((place) => place + 1),
    );
  });

  it("that hangs ends by its timeout", async () => {
    const { record } = await live([{ fault: "hang" }], { max_attempts: 2 });
    await expect(record.ask({ timeout: "30ms" })).rejects.toMatchObject({ code: "timeout" });
    expect(record.statuses).toEqual(["retry timeout", "failure timeout"]);
  });

  it("plays again from its tape: the same attempts, and no socket", async () => {
    const { record, settings } = await live([
      { status: 500 },
      { text: "Three." },
      { json: { price: 3 }, served_model: "other" },
    ]);
    const answer = await record.ask({ schema: OFFER });
    const answers = await AnswersOnTape.read(record.tape());
    vi.spyOn(Socket.prototype, "connect").mockImplementation(() => {
      throw new Error("a socket was opened");
    });
    const models = await createModels({ settings, env: {}, source: { answers, onMiss: "fail" } });
    const again = new Record(models);
    expect(await again.ask({ schema: OFFER })).toEqual(answer);
    expect(again.tapeText()).toBe(record.tapeText());
    expect(again.reports).toEqual(record.reports);
    expect(again.warnings).toEqual(record.warnings);
    expect(answers).toMatchObject({ unasked: [], misses: [], reused: { calls: 3 } });
    expect(models.totals()).toMatchObject({ calls: 3, from_tape: 3 });
    expect(again.warnings.map(({ error_type }) => error_type)).toEqual([
      "price_unknown",
      "model_substituted",
    ]);
  });
});

describe("a question that cannot be asked", () => {
  it.each<[string, Partial<Question<unknown>>, string]>([
    [
      "its schema is none of JSON",
      { schema: z.object({ on: z.date() }) },
      "its schema cannot be said as JSON Schema",
    ],
    ["its timeout is none", { timeout: "soon" }, 'timeout is "soon": give 1ms to 300s'],
    ["its timeout is longer than any", { timeout: "1h" }, 'timeout is "1h"'],
    ["its sampling is none", { sampling: { max_tokens: 0.5 } }, "sampling.max_tokens"],
    ["it may not be attempted", { max_attempts: 0 }, "max_attempts is 0"],
  ])("is refused before anything is sent or on record: %s", async (_, question, message) => {
    const { record, server } = await live([{}]);
    await expect(record.ask(question)).rejects.toMatchObject({
      code: "LLM_REQUEST_INVALID",
      message: expect.stringContaining(message),
    });
    expect({ asked: server.requests.length, recorded: record.attempts.length }).toEqual({
      asked: 0,
      recorded: 0,
    });
  });

  it("is on record, and not repeated, where only the client can tell", async () => {
    const { record } = await live([{}]);
    const messages = [{ role: "tool" as const, content: "42" }];
    await expect(record.ask({ messages })).rejects.toMatchObject({ code: "invalid" });
    expect(record.statuses).toEqual(["failure invalid"]);
  });

  it("is not repeated where its schema cannot check any answer", async () => {
    const { record, server } = await live([{ json: "a" }]);
    const schema = z.string().refine(async (text) => text !== "");
    await expect(record.ask({ schema })).rejects.toMatchObject({ code: "schema_violation" });
    expect([server.requests.length, record.statuses]).toEqual([1, ["failure schema_violation"]]);
  });
});

describe("limits of a run", () => {
  it("are kept: no call begins once the budget is spent, and that is on record", async () => {
    const { record, models, server } = await live([{ text: "Yes." }], { budget: { tokens: 30 } });
    await record.ask();
    expect(models.isSpent).toBe(false);
    await record.ask({}, { turn: 2 });
    expect(models.isSpent).toBe(true);
    await expect(record.ask({}, { turn: 3 })).rejects.toMatchObject({ code: "aborted" });
    expect(record.attempts.at(-1)).toMatchObject({
      outcome: "aborted",
      broken_off_by: "budget",
      latency_ms: 0,
    });
    expect(server.requests).toHaveLength(2);
    expect(models.totals()).toMatchObject({ calls: 2, tokens: 36, from_tape: 0 });
  });

  it("go on counting where the run was before", async () => {
    const server = await serve({ text: "Yes." });
    const settings = settingsOf(server.base_url, { budget: { tokens: 30 } });
    const models = await createModels({ settings, env: { KEY }, spent: { tokens: 20 } });
    expect(models.isSpent).toBe(false);
    await new Record(models).ask();
    expect({ isSpent: models.isSpent, spent: models.spent.tokens }).toEqual({ isSpent: true, spent: 38 });
  });

  it("count what a resumed run takes from its own tape as it takes it, and once", async () => {
    const first = await live([{ text: "Yes." }], { budget: { tokens: 50 } });
    for (const turn of [1, 2]) await first.record.ask({}, { turn });
    const answers = await AnswersOnTape.read(first.record.tape());
    const { settings, server } = first;
    const spent = { tokens: 36, usd: 0 };
    const models = await createModels({ settings, env: { KEY }, spent, source: { answers, onMiss: "live" } });
    const record = new Record(models);
    const seen: number[] = [];
    for (const turn of [1, 2, 3]) {
      await record.ask({}, { turn });
      seen.push(models.spent.tokens);
    }
    expect(seen).toEqual([18, 36, 54]);
    expect(server.requests).toHaveLength(3);
  });

  it("in money refuse a model whose price nobody knows: of the config before the run, of a question on record", async () => {
    const server = await serve({ text: "Yes." });
    const budget = { usd: 1 };
    const unknown = settingsOf(server.base_url, { budget });
    await expect(createModels({ settings: unknown, env: { KEY } })).rejects.toThrow(
      /no price is known of "llama3.1"/,
    );
    const settings = { ...unknown, model: "gpt-4o" };
    await expect(createModels({ settings, models: ["my-own"], env: { KEY } })).rejects.toThrow(/"my-own"/);
    const record = new Record(await createModels({ settings, env: { KEY } }));
    expect((await record.ask()).cost_usd).toBeGreaterThan(0);
    await expect(record.ask({ model: "my-own" })).rejects.toMatchObject({ code: "invalid" });
    expect(record.attempts.map(({ cost_usd = 0 }) => cost_usd > 0)).toEqual([true, false]);
  });

  it("stand still for all while a server asks to wait, but not for whoever asks for a day", async () => {
    const { record, server } = await live([
      { status: 429, headers: { "retry-after": "86400" } },
      { status: 429, headers: { "retry-after-ms": "150" } },
      { text: "Yes." },
    ]);
    await expect(record.ask()).rejects.toMatchObject({ code: "http_error" });
    const told = record.ask({}, { turn: 2 });
    while (record.attempts.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    await Promise.all([told, record.ask({}, { turn: 3 })]);
    const [, second = 0, ...later] = server.requests.map(({ received_at }) => received_at);
    expect(later).toHaveLength(2);
    // The client's clock begins with the answer; both are in whole milliseconds.
    for (const time of later) expect(time - second).toBeGreaterThanOrEqual(148);
  });

  it("let so many calls be open at once", async () => {
    const { record, server } = await live([{ text: "Yes.", delay_ms: 15 }], { concurrency: 3 });
    await Promise.all([...Array(9).keys()].map((turn) => record.ask({}, { turn })));
    expect(server.mostOpen).toBe(3);
  });
});

describe("a question that is broken off", () => {
  it.each<[string, ServerStep, Partial<LlmSettings>]>([
    ["while it is open", { fault: "hang" }, {}],
    ["between attempts", { status: 500 }, { retry: { first_delay: "10s", longest_delay: "10s" } }],
  ])("is on record %s, with why", async (_, step, settings) => {
    const { record } = await live([step], settings);
    const controller = new AbortController();
    const answer = record.ask({}, { signal: controller.signal });
    setTimeout(() => controller.abort(new BrokenOff("decide_timeout")), 60);
    await expect(answer).rejects.toMatchObject({ code: "aborted" });
    expect(record.attempts.at(-1)).toMatchObject({ outcome: "aborted", broken_off_by: "decide_timeout" });
    expect(record.statuses.at(-1)).toBe("failure aborted");
  });

  it("while it waits for its turn never gets it", async () => {
    const { record, server } = await live([{ text: "Yes.", delay_ms: 40 }], { concurrency: 1 });
    const controller = new AbortController();
    const first = record.ask();
    const second = record.ask({}, { turn: 2, signal: controller.signal });
    controller.abort(new BrokenOff("signal"));
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    await first;
    expect(server.requests).toHaveLength(1);
    expect(record.attempts.find(({ coordinate }) => coordinate.turn === 2)).toMatchObject({
      broken_off_by: "signal",
    });
  });
});

describe("what is asked", () => {
  it("holds the error of the answer before, in roles that take turns, and the model's own words", async () => {
    const { record, server } = await live([
      { text: "Three." },
      { text: "", finish_reason: "length" },
      { json: { price: 3 } },
    ]);
    await record.ask({ schema: OFFER });
    const asked = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });
    const { messages } = asked.parse(server.requests.at(-1)?.body);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(messages[1]?.content).toBe("Three.");
    expect(messages[2]?.content).toMatch(/^That cannot be taken: the answer has no JSON.*\n.*\n.*"price"/);
    expect(messages.every(({ content }) => content !== "")).toBe(true);
    expect(record.attempts.at(-1)?.messages.map(({ content }) => content)).toEqual(
      messages.map(({ content }) => content),
    );
  });

  it("has no key in it, on the tape nor in its hash", async () => {
    const { record, server } = await live([{ json: "Yes." }]);
    const schema = z.string().describe(`whatever, but ${KEY}`);
    await record.ask({ messages: [{ role: "user", content: `My key is ${KEY}.` }], schema });
    expect(
      record.text() + record.tapeText() + JSON.stringify(server.requests.map(({ body }) => body)),
    ).not.toContain(KEY);
    expect(record.attempts[0]?.messages[0]?.content).toBe("My key is [secret].");
  });

  it("is told once of whatever is so of many: no price, another model", async () => {
    const { record } = await live([{ text: "Yes.", served_model: "other-7b" }]);
    for (const turn of [1, 2, 3]) await record.ask({}, { turn });
    expect(record.warnings).toMatchObject([
      { error_type: "model_substituted", details: { model: MODEL, served_model: "other-7b" } },
      { error_type: "price_unknown", details: { model: MODEL } },
    ]);
  });
});
