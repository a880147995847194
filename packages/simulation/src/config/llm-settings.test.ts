import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineSimulation, runSimulation } from "../index.ts";
import { idle, VillageEngine } from "../run/village.test.fixture.ts";
import { directory, GOOD, load, refusal, shown } from "./config.test.fixture.ts";

const withLlm = (settings: string) => GOOD.replace(/^llm: .*$/m, `llm: ${settings}`);
const PLACE = "base_url: http://h/v1, model: x";

describe("the llm block of a config", () => {
  it("is what the run's models are made of, as it stands there", async () => {
    const settings = {
      provider: "openai-compatible",
      base_url: "http://localhost:11434/v1",
      model: "llama3.1",
      api_key_env: "OPENAI_API_KEY",
      structured_output: "object",
      sampling: { temperature: 0.7, max_tokens: 400 },
      concurrency: 8,
      requests_per_minute: 60,
      timeout: "60s",
      max_attempts: 3,
      retry: { first_delay: "1s", longest_delay: "60s", longest_retry_after: "5min" },
      budget: { tokens: 1000000, usd: 5 },
      tape: "hash",
    };
    const { llm, config } = await load(withLlm(JSON.stringify(settings)));
    expect(llm).toEqual(settings);
    expect(config.llm).toEqual(settings);
  });

  it("names the tape to play from by a path relative to the config, which is what is recorded", async () => {
    const { llm, config } = await load(withLlm("{ model: x, play: ./tapes/one.jsonl }"));
    expect(llm?.play).toBe(join(directory, "tapes/one.jsonl"));
    expect(config.llm).toMatchObject({ play: "./tapes/one.jsonl" });
  });

  it("need name no address for Anthropic's, nor where answers come from a tape", async () => {
    const { llm } = await load(withLlm("{ provider: anthropic, model: claude-haiku-4-5 }"));
    expect(llm).toEqual({ provider: "anthropic", model: "claude-haiku-4-5" });
  });

  it("is recorded without what its address holds of a user or a key", async () => {
    const secret = `{ base_url: "https://ann:pw@h/v1?api-version=2&api_key=sk-1&Signature=x", model: x }`;
    const { config } = await load(withLlm(secret));
    expect(config.llm).toEqual({ base_url: "https://h/v1?api-version=2", model: "x" });
    const defined = defineSimulation({
      name: "village",
      turns: 1,
      engine: VillageEngine,
      params: {},
      agents: [{ name: "ann", agent: idle }],
      llm: { base_url: "https://ann:pw@h/v1?token=sk-1", model: "x" },
    });
    expect(JSON.stringify(defined.config)).not.toMatch(/ann:pw|sk-1/);
  });

  it.each<[string, string, string]>([
    [
      "no address",
      "{ model: x }",
      '9:6: missing key "base_url" in llm: expected the server\'s address, such as http://localhost:11434/v1',
    ],
    ["no model", "{ base_url: http://h/v1 }", '9:6: missing key "model" in llm: expected text'],
    [
      "another protocol",
      '{ base_url: "ftp://h", model: x }',
      '9:18: llm.base_url is "ftp://h": expected a URL such as http://localhost:11434/v1',
    ],
    [
      "a time without a unit",
      `{ ${PLACE}, retry: { first_delay: 5 } }`,
      "9:63: llm.retry.first_delay is 5: expected a length of time such as 1s, above 0 and at most 1h",
    ],
    [
      "a time that is too long",
      `{ ${PLACE}, timeout: 10min }`,
      '9:50: llm.timeout is "10min": expected a length of time such as 60s, above 0 and at most 5min',
    ],
    [
      "no time at all",
      `{ ${PLACE}, timeout: 0s }`,
      '9:50: llm.timeout is "0s": expected a length of time such as 60s, above 0 and at most 5min',
    ],
    [
      "a key of sampling that there is not",
      `{ ${PLACE}, sampling: { temprature: 1 } }`,
      '9:53: unknown key "temprature" in llm.sampling; did you mean "temperature"?',
    ],
    [
      "a key that there is not",
      `{ ${PLACE}, concurency: 1 }`,
      '9:41: unknown key "concurency" in llm; did you mean "concurrency"?',
    ],
    ["nobody at once", `{ ${PLACE}, concurrency: 0 }`, "9:54: llm.concurrency is 0: expected at least 1"],
    [
      "half an attempt",
      `{ ${PLACE}, max_attempts: 1.5 }`,
      "9:55: llm.max_attempts is 1.5: expected a whole number",
    ],
    [
      "a budget of nothing",
      `{ ${PLACE}, budget: { usd: 0 } }`,
      "9:56: llm.budget.usd is 0: expected more than 0",
    ],
    [
      "a budget of something else",
      `{ ${PLACE}, budget: { token: 5 } }`,
      '9:51: unknown key "token" in llm.budget; did you mean "tokens"?',
    ],
    [
      "a tape that there is not",
      `{ ${PLACE}, tape: ful }`,
      '9:47: llm.tape is "ful": expected one of full, hash, off; did you mean "full"?',
    ],
    [
      "a provider that there is not",
      `{ ${PLACE}, provider: openai }`,
      '9:51: llm.provider is "openai": expected one of openai-compatible, anthropic; did you mean "openai-compatible"?',
    ],
    [
      "a key for the name of one",
      `{ ${PLACE}, api_key_env: sk-abc123 }`,
      "9:54: llm.api_key_env is something that may be secret: expected the name of an environment variable, such as OPENAI_API_KEY",
    ],
    [
      "a key in its place",
      `{ ${PLACE}, api_key: sk-abc123 }`,
      '9:41: unknown key "api_key" in llm; did you mean "api_key_env"?',
    ],
    [
      "a password in an address that is none",
      '{ base_url: "ann:pw@h:80/v1", model: x }',
      "9:18: llm.base_url is something that may be secret: expected a URL such as http://localhost:11434/v1",
    ],
  ])("is refused with %s, at its place", async (_, settings, message) => {
    const error = await refusal(withLlm(settings));
    expect(shown(error)).toEqual([`sim.yaml:${message}`]);
    expect(JSON.stringify([error.message, error.problems])).not.toMatch(/sk-abc123|ann:pw/);
  });

  it("is held to the same from code", () => {
    const define = (llm: object) =>
      defineSimulation({
        name: "village",
        turns: 1,
        engine: VillageEngine,
        params: {},
        agents: [{ name: "ann", agent: idle }],
        llm: Object.assign({ model: "x" }, llm),
      });
    expect(() => define({})).toThrow("llm.base_url: expected the server's address");
    expect(() => define({ base_url: "http://h/v1", timeout: "soon" })).toThrow(
      "llm.timeout: expected a length of time",
    );
  });

  it("whose key is not there ends a run before it begins, naming the variable", async () => {
    const simulation = await load(withLlm(`{ ${PLACE}, api_key_env: LLM_SIM_NO_SUCH_KEY }`));
    const outputDir = join(directory, "output");
    await expect(runSimulation(simulation, { outputDir, signals: false })).rejects.toThrow(
      "llm.api_key_env names LLM_SIM_NO_SUCH_KEY, which is not set",
    );
  });
});
