import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { costOf, hasPrice, isSubstituted } from "./index.ts";

/** Below the lengths from which a token costs more. */
const much = { input_tokens: 100_000, output_tokens: 100_000 };
const at = new Date("2026-11-01T12:00:00Z");

describe("what an answer costs", () => {
  it.each([
    ["gpt-4o", { provider: "openai", model: "gpt-4o", usd: 1.25 }],
    ["gpt-4o-2024-08-06", { model: "gpt-4o", usd: 1.25 }],
    ["GPT-4o", { model: "gpt-4o" }],
    ["openai/gpt-4o", { provider: "openai", usd: 1.25 }],
    ["claude-sonnet-4-5-20250929", { provider: "anthropic", model: "claude-sonnet-4-5", usd: 1.8 }],
    ["anthropic/claude-sonnet-4-5", { provider: "anthropic", usd: 1.8 }],
    ["models/gemini-2.5-flash", { provider: "google", model: "gemini-2.5-flash" }],
    ["mistral-large-latest", { provider: "mistral" }],
  ])("of %s is known", (model, cost) => {
    expect(costOf(much, model, { at })).toMatchObject(cost);
  });

  it.each([
    "llama3.1",
    "llama3.1:8b",
    "deepseek-r1:7b",
    "gpt-oss:20b",
    "my-finetune",
    "",
    "openai/gpt-99",
    "/",
  ])("of %j is not", (model) => {
    expect([costOf(much, model), hasPrice(model)]).toEqual([undefined, false]);
  });

  it("is by the list of who is asked", () => {
    const groq = "https://api.groq.com/openai/v1";
    expect(costOf(much, "llama-3.1-8b-instant", { base_url: groq, at })).toMatchObject({
      provider: "groq",
    });
    const openrouter = "https://openrouter.ai/api/v1";
    expect(costOf(much, "openai/gpt-4o", { base_url: openrouter, at })).toMatchObject({
      provider: "openrouter",
    });
    expect(costOf(much, "gpt-4o", { base_url: groq, at })).toBeUndefined();
    expect(costOf(much, "gpt-4o", { base_url: "http://localhost:4000/v1", at })).toMatchObject({
      usd: 1.25,
    });
  });

  it("is less for what came from the cache", () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 0, cached_tokens: 1_000_000 };
    expect(costOf(usage, "gpt-4o", { at })?.usd).toBe(1.25);
    expect(costOf({ ...usage, cached_tokens: 5_000_000 }, "gpt-4o", { at })?.usd).toBe(1.25);
  });

  it("is found without a network", () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    costOf(much, "gpt-4o");
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  it("of any name and usage is none, or a number from 0", () => {
    const tokens = fc.nat(10_000_000);
    fc.assert(
      fc.property(
        fc.string(),
        tokens,
        tokens,
        tokens,
        (model, input_tokens, output_tokens, cached_tokens) => {
          for (const name of [model, `gpt-4o${model}`, "gpt-4o", `${model}/gpt-4o`]) {
            const usd = costOf({ input_tokens, output_tokens, cached_tokens }, name)?.usd ?? 0;
            expect(Number.isFinite(usd) && usd >= 0).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("the model that has answered", () => {
  it.each([
    ["llama3.1", "llama3.1"],
    ["llama3.1", undefined],
    ["llama3.1", ""],
    ["llama3.1", "llama3.1:latest"],
    ["gpt-4o", "gpt-4o-2024-08-06"],
    ["gpt-4", "gpt-4-0613"],
    ["gpt-3.5-turbo", "gpt-3.5-turbo-0125"],
    ["chatgpt-4o-latest", "chatgpt-4o"],
    ["openai/gpt-4o", "gpt-4o-2024-08-06"],
    ["gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"],
    ["claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"],
    ["claude-3-5-sonnet@20241022", "us.anthropic.claude-3-5-sonnet-20241022-v2:0"],
    ["gemini-1.5-pro", "models/gemini-1.5-pro-002"],
    ["mistral-large-latest", "mistral-large-2411"],
    ["meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b-instruct"],
    ["qwen2.5-0.5b", "/models/qwen2.5-0.5b.gguf"],
  ])("%s is no other than %s", (asked, served) => {
    expect(isSubstituted(asked, served)).toBe(false);
  });

  it.each([
    ["llama3.1", "llama3.2"],
    ["llama3.1:8b", "llama3.1:70b"],
    ["gpt-4o", "gpt-4o-mini"],
    ["gpt-4o", "gpt-4o-mini-2024-07-18"],
    ["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"],
    ["gpt-4-0613", "gpt-4-1106-preview"],
    ["gpt-4-0613", "gpt-4-0314"],
    ["claude-3-5-sonnet-20241022", "claude-3-5-haiku-20241022"],
    ["claude-sonnet-4-5", "claude-sonnet-4"],
    ["o1", "o3"],
    ["deepseek-chat", "deepseek-reasoner"],
  ])("%s is another than %s", (asked, served) => {
    expect(isSubstituted(asked, served)).toBe(true);
  });

  it("is never another than itself", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(isSubstituted(name, name)).toBe(false);
      }),
    );
  });
});
