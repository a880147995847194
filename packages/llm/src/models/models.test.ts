import { Socket } from "node:net";
import type { LlmSettings } from "@llm-sim/simulation";
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
