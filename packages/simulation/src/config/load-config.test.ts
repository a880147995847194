import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directory, GOOD, load, refusal, shown } from "./config.test.fixture.ts";
import { type ConfigErrorCode, loadConfig } from "./index.ts";

describe("a config", () => {
  it("is loaded as it is written", async () => {
    const simulation = await load(GOOD);
    expect(simulation).toMatchObject({
      name: "market",
      turns: 50,
      seed: 7,
      checkpoint_interval: 10,
      events: { verbosity: "STATE", max_file_size: "500MB" },
      file: join(directory, "sim.yaml"),
      modules: [],
    });
    expect(simulation.agents.map(({ id, type, initial_state }) => ({ id, type, initial_state }))).toEqual([
      { id: "alice", type: "trader", initial_state: { wealth: 1000, invested: 0, goods: 20 } },
      { id: "bob", type: "trader", initial_state: { wealth: 1000, invested: 0, goods: 20 } },
    ]);
    expect(simulation.config).toMatchObject({ simulation: { turns: 50 }, llm: { model: "llama3.1" } });
  });

  it("may say max_turns for turns, and leave the seed to chance, which is kept", async () => {
    const simulation = await load(GOOD.replace("turns: 50, seed: 7", "max_turns: 5"));
    expect(simulation.turns).toBe(5);
    expect(simulation.config).toMatchObject({ simulation: { turns: 5, seed: simulation.seed } });
  });

  it("may limit how long decide takes, which is kept", async () => {
    const simulation = await load(GOOD.replace("seed: 7", "seed: 7, decide_timeout: 1.5s"));
    expect(simulation.decide_timeout).toBe("1.5s");
    expect(simulation.config).toMatchObject({ simulation: { decide_timeout: "1.5s" } });
  });

  it("may ask for many agents of a kind", async () => {
    const simulation = await load(GOOD.replace("name: bob", "name: bob\n    count: 12"));
    const names = simulation.agents.map(({ id }) => id);
    expect(names).toHaveLength(13);
    expect([names[1], names[12]]).toEqual(["bob-01", "bob-12"]);
  });
});

describe("a config that is wrong is refused with file, line, column and what was expected", () => {
  it.each<[string, string, ConfigErrorCode, string]>([
    [
      "not YAML",
      "simulation: { name: [market\nagents: }",
      "CONFIG_NOT_YAML",
      "sim.yaml:2:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "empty",
      "",
      "CONFIG_MISSING_KEY",
      "sim.yaml:1:1: it is empty: expected simulation, engine and agents (llm-sim init makes an example)",
    ],
    [
      "a list",
      "- a",
      "CONFIG_INVALID_VALUE",
      "sim.yaml:1:1: the config is a list: expected a mapping of keys to values",
    ],
    [
      "a key twice",
      GOOD.replace("seed: 7", "seed: 7, seed: 8"),
      "CONFIG_NOT_YAML",
      "sim.yaml:1:49: not YAML: Map keys must be unique",
    ],
    [
      "an unknown key",
      GOOD.replace("turns: 50", "trun: 50"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:1:29: unknown key "trun" in simulation; did you mean "turns"?',
    ],
    [
      "an unknown key of an agent",
      GOOD.replace("    type: trader", "    typ: trader"),
      "CONFIG_MISSING_KEY",
      'sim.yaml:6:5: missing key "type" in agents.1: expected text',
    ],
    [
      "an unknown section",
      `${GOOD}outputs: {}\n`,
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:10:1: unknown key "outputs"; expected one of simulation, events, engine, agents, agent_types, state_variables, observes, validator, llm',
    ],
    [
      "a wrong type",
      GOOD.replace("turns: 50", "turns: many"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:1:36: simulation.turns is "many": expected a whole number',
    ],
    [
      "a number out of range",
      GOOD.replace("turns: 50", "turns: 0"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:1:36: simulation.turns is 0: expected at least 1",
    ],
    [
      "no length of time",
      GOOD.replace("seed: 7", "seed: 7, decide_timeout: soon"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:1:65: simulation.decide_timeout is "soon": expected a length of time such as 30s, 500ms or 5min, at most 24d',
    ],
    [
      "a length of time without a unit",
      GOOD.replace("seed: 7", "seed: 7, decide_timeout: 30"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:1:65: simulation.decide_timeout is 30: expected a length of time such as 30s, 500ms or 5min, at most 24d",
    ],
    [
      "a missing key",
      GOOD.replace("turns: 50, ", ""),
      "CONFIG_MISSING_KEY",
      'sim.yaml:1:13: missing key "turns" in simulation: expected a whole number',
    ],
    [
      "a wrong name out of a few",
      GOOD.replace("verbosity: STATE", "verbosity: STAT"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:2:22: events.verbosity is "STAT": expected one of MILESTONE, DECISION, ACTION, STATE, DETAIL; did you mean "STATE"?',
    ],
    [
      "no size",
      GOOD.replace("500MB", "500 elephants"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:2:44: events.max_file_size is "500 elephants": expected a size such as 500MB, or a number of bytes',
    ],
    [
      "an agent's name with a comma",
      GOOD.replace("name: alice", 'name: "a,lice"'),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:5:13: agents.0.name is "a,lice": expected 1-128 characters without comma or control character',
    ],
    [
      "a duplicate agent name",
      GOOD.replace("name: bob", "name: alice"),
      "CONFIG_DUPLICATE_AGENT",
      'sim.yaml:6:11: there is an agent "alice" already',
    ],
    [
      "an unknown engine",
      GOOD.replace("type: market", "type: markte"),
      "CONFIG_UNKNOWN_TYPE",
      'sim.yaml:3:17: unknown engine "markte": expected market, or a path such as ./my-engine.ts; did you mean "market"?',
    ],
    [
      "an unknown param of the engine",
      GOOD.replace("interest_rate", "intrest_rate"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:3:35: unknown key "intrest_rate" in engine.params; did you mean "interest_rate"?',
    ],
    [
      "a wrong param of the engine",
      GOOD.replace("0.02", "-1"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:3:50: engine.params.interest_rate is -1: expected at least 0",
    ],
    [
      "a state that JSON cannot carry",
      GOOD.replace("wealth: 1000", "wealth: .nan"),
      "CONFIG_INVALID_VALUE",
      "sim.yaml:5:59: agents.0.initial_state.wealth is NaN: expected a number",
    ],
    [
      "a variable that the engine does not know",
      GOOD.replace("wealth: 1000", "weath: 1000"),
      "CONFIG_UNKNOWN_KEY",
      'sim.yaml:5:51: unknown key "weath" in agents.0.initial_state; did you mean "wealth"?',
    ],
    [
      "a base_url that is none",
      GOOD.replace("http://localhost:11434/v1", "localhost"),
      "CONFIG_INVALID_VALUE",
      'sim.yaml:9:18: llm.base_url is "localhost": expected a URL such as http://localhost:11434/v1',
    ],
    [
      "a module that is not there",
      GOOD.replace("type: market", "type: ./no.ts"),
      "CONFIG_MODULE_NOT_FOUND",
      "sim.yaml:3:17: there is no file ./no.ts; paths are relative to the config",
    ],
  ])("%s", async (_, text, code, message) => {
    const error = await refusal(text);
    expect(shown(error)[0]).toBe(message);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("\n");
  });

  it("with all its problems at once", async () => {
    const error = await refusal(GOOD.replace("turns: 50", "turns: x").replace("on_full", "on_ful"));
    expect(shown(error)).toHaveLength(2);
    expect(error.message).toMatch(/sim\.yaml:1:36: .*\(and 1 more\)$/);
  });

  it("that is not there", async () => {
    for (const [place, text] of ["", "# nothing\n", "---\n...\n", "null\n"].entries()) {
      const file = join(directory, `empty-${place}.yaml`);
      writeFileSync(file, text);
      const overrides = [{ path: "simulation.seed", value: 3 }];
      for (const options of [{}, { overrides }])
        await expect(loadConfig(file, options)).rejects.toThrow(
          `${file}:1:1: it is empty: expected simulation`,
        );
    }
    await expect(loadConfig(join(directory, "none.yaml"))).rejects.toThrow(
      /none\.yaml: there is no such config/,
    );
  });
});
