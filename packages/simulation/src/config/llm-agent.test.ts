import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SimulationOrchestrator } from "../index.ts";
import { directory, GOOD, load, refusal, shown } from "./config.test.fixture.ts";
import { type ConfigErrorCode, isConfigError } from "./index.ts";

const KEYS = `persona: You are frugal.
    model: gpt-4o-mini
    sampling: { temperature: 0.2 }
    actions: [invest, offer]
    memory: { tokens: 500 }
    fallback: { decision_type: hold, actions: [{ action_type: invest, payload: { amount: 1 } }] }`;
const LLM = GOOD.replace("    type: trader", `    type: llm\n    ${KEYS}`);
const bobWith = (keys: string) => GOOD.replace("    type: trader", `    type: llm\n    ${keys}`);

/** What the run says that a simulation cannot begin with. */
async function refusedAtSetUp(text: string): Promise<string> {
  const simulation = await load(text);
  try {
    return `it can run: ${typeof new SimulationOrchestrator(simulation)}`;
  } catch (error) {
    if (isConfigError(error)) return shown(error)[0] ?? "";
    throw error;
  }
}

describe("an agent of type llm", () => {
  it("says beside its type who it is, and what it can do", async () => {
    const { agents, config } = await load(LLM);
    expect(agents[1]).toMatchObject({ id: "bob", type: "llm" });
    expect(config.agents).toMatchObject([
      {},
      { name: "bob", type: "llm", persona: "You are frugal.", model: "gpt-4o-mini", memory: { tokens: 500 } },
    ]);
  });

  it("can be many", async () => {
    const { agents } = await load(LLM.replace("name: bob", "name: bob\n    count: 12"));
    expect(agents.map(({ id }) => id).slice(0, 3)).toEqual(["alice", "bob-01", "bob-02"]);
  });

  it("is recorded with the texts of its templates, named or not, so that it can be made again without the files", async () => {
    const text = "You see {{ observation.me }}.\n";
    const { config, modules } = await load(bobWith("prompt: { user: ./prompts/user.md }"), {
      "prompts/user.md": text,
    });
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(modules).toEqual([{ path: "prompts/user.md", sha256 }]);
    const prompt = {
      user: { file: "prompts/user.md", text },
      system: { text: expect.stringContaining("{{ agent_id }}") },
    };
    expect(config.agents).toMatchObject([{}, { prompt }]);
    const again = await load(JSON.stringify(config));
    expect(again.config).toEqual(config);
    expect(again.modules).toEqual(modules);
    writeFileSync(join(directory, "prompts/user.md"), "changed");
    expect((await load(JSON.stringify(config))).config).toEqual(config);
  });

  it.each<[string, string, ConfigErrorCode, string]>([
    [
      "an unknown key",
      bobWith("persna: x"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:8:5: unknown key "persna" in agents.1; did you mean "persona"?',
    ],
    [
      "a key of a key that is not known",
      bobWith("fallback: { decision_typ: x }"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:8:17: unknown key "decision_typ" in agents.1.fallback; did you mean "decision_type"?',
    ],
    [
      "a fallback that is none",
      bobWith("fallback: sit_ot"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:8:15: agents.1.fallback is "sit_ot": expected sit_out, or what it does instead: { decision_type, actions: [{ action_type, payload }] }',
    ],
    [
      "a memory that is less than none",
      bobWith("memory: { tokens: -1 }"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:8:23: agents.1.memory.tokens is -1: expected at least 0",
    ],
    [
      "params, which are another type's",
      bobWith("params: { persona: x }"),
      "CONFIG_UNKNOWN_KEY",
      "sim.yaml:8:5: an agent of type llm has no params: persona, model, sampling, actions, memory, fallback, prompt stand beside its type",
    ],
    [
      "its keys with another type",
      GOOD.replace("type: trader, init", "type: trader, persona: x, init"),
      "CONFIG_UNKNOWN_KEY",
      "sim.yaml:5:34: persona is for agents of type llm, and this one is of type trader: what it takes stands under params",
    ],
    [
      "no block that says which model",
      LLM.replace(/^llm:.*$/m, ""),
      "CONFIG_NEEDS_MODEL",
      "sim.yaml:7:11: agents of type llm ask a language model, and the config has no llm block that says which: add, for instance, llm: { base_url: http://localhost:11434/v1, model: llama3.1 }",
    ],
    [
      "none for those that may come",
      `${GOOD.replace(/^llm:.*$/m, "")}agent_types: { child: llm }\n`,
      "CONFIG_NEEDS_MODEL",
      "sim.yaml:10:23: agents of type llm ask a language model, and the config has no llm block that says which: add, for instance, llm: { base_url: http://localhost:11434/v1, model: llama3.1 }",
    ],
    [
      "a template that is not there",
      bobWith("prompt: { user: ./no.md }"),
      "CONFIG_MODULE_NOT_FOUND",
      "sim.yaml:8:21: there is no template no.md; paths are relative to the config",
    ],
    [
      "a template that shows what nobody knows",
      bobWith('prompt: { user: { text: "{{ obervation }}" } }'),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:8:21: prompt.user:1:4: there is no "obervation"; did you mean "observation"?',
    ],
    [
      "a template with a text in place of a path",
      bobWith('prompt: { user: "You see\\nthis" }'),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:8:21: agents.1.prompt.user is "You see\\nthis": expected the path of a file; a template in the config itself is { text: … }',
    ],
  ])("is refused with %s", async (_, text, code, message) => {
    const error = await refusal(text);
    expect(shown(error)[0]).toBe(message);
    expect(error.code).toBe(code);
  });

  it.each([
    ["actions: [invest, invset]", 'sim.yaml:8:23: the engine has no action "invset"; did you mean "invest"?'],
    [
      "fallback: { actions: [{ action_type: wait }] }",
      'sim.yaml:8:42: the engine has no action "wait"; it has invest, withdraw, offer and buy',
    ],
    [
      "fallback: { actions: [{ action_type: invest, payload: { amount: 0 } }] }",
      "sim.yaml:8:69: payload.amount of invest will not do: Too small: expected number to be >0",
    ],
  ])("is refused before the run where the engine does not have what it names: %s", async (keys, message) => {
    expect(await refusedAtSetUp(bobWith(keys))).toBe(message);
  });
});
