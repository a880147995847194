import { describe, expect, it } from "vitest";
import { withoutKey } from "./index.ts";

const settings = { base_url: "http://localhost:1/v1", model: "m", api_key_env: "K" };

describe("a config as it is recorded", () => {
  it("has not the key that its settings name, wherever it stands, escaped or not", () => {
    const K = 'my"key\\0123456789';
    const config = { agents: [{ persona: `The key is ${K}.` }], [K]: 1, n: 2 };
    expect(withoutKey(config, settings, { K })).toEqual({
      agents: [{ persona: "The key is [secret]." }],
      "[secret]": 1,
      n: 2,
    });
  });

  it.each([
    ["no key is named", { base_url: "http://localhost:1/v1", model: "m" }, { K: "0123456789" }],
    ["it is not set", settings, {}],
    ["it is a word that local servers take", settings, { K: "ollama" }],
    ["it stands nowhere", settings, { K: "abcdefghijkl" }],
  ])("is the config itself where %s", (_, llm, env) => {
    const config = { persona: "ollama 0123456789" };
    expect(withoutKey(config, llm, env)).toBe(config);
  });
});
