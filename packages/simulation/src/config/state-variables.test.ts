import { describe, expect, it } from "vitest";
import { runSimulation } from "../run/index.ts";
import { GOOD, load, refusal, shown } from "./config.test.fixture.ts";

const declaring = (text: string) => `${GOOD}state_variables:\n${text}`;

describe("state variables of a config", () => {
  it("give defaults to what initial_state leaves out, of an agent's own entry before those of all", async () => {
    const config = declaring(
      "  agents: { wealth: { minimum: 0, default: 500 }, goods: { default: 3 } }\n",
    ).replace("    type: trader", "    type: trader\n    state_variables: { goods: { default: 4 } }");
    const { agents, config: kept } = await load(config);
    expect(agents.map(({ initial_state }) => initial_state)).toEqual([
      { wealth: 1000, invested: 0, goods: 3 },
      { wealth: 500, invested: 0, goods: 4 },
    ]);
    expect(kept).toMatchObject({
      state_variables: { agents: { wealth: { minimum: 0, default: 500 } } },
      agents: [{}, { state_variables: { goods: { default: 4 } } }],
    });
  });

  it.each<[string, string, string]>([
    [
      "an initial state outside",
      "  agents: { wealth: { maximum: 900 } }\n",
      "sim.yaml:5:59: agents.0.initial_state.wealth is 1000: expected a number of at most 900",
    ],
    [
      "a default that the engine's agents have no place for",
      "  agents:\n    temper: { default: 1 }\n",
      'sim.yaml:12:24: unknown key "temper" in agents.0.initial_state; expected one of wealth, invested, goods',
    ],
    [
      "an unknown type",
      "  global: { price: { type: float } }\n",
      'sim.yaml:11:28: state_variables.global.price.type is "float": expected one of number, integer, string, boolean, array, object (of the Python llm-sim; here it is number: docs/migration.md)',
    ],
    [
      "a word of another dialect",
      "  global: { price: { min: 0 } }\n",
      'sim.yaml:11:22: unknown key "min" in state_variables.global.price; did you mean "minimum"? (of the Python llm-sim; here it is minimum: docs/migration.md)',
    ],
    [
      "bounds for a text",
      "  global: { mood: { type: string, minimum: 0 } }\n",
      "sim.yaml:11:44: state_variables.global.mood.minimum is 0: expected none: the type is string, and only numbers have a minimum",
    ],
    [
      "bounds that cross",
      "  global: { price: { minimum: 5, maximum: 1 } }\n",
      "sim.yaml:11:43: state_variables.global.price.maximum is 1: expected at least the minimum, 5",
    ],
    [
      "a default outside",
      "  global: { price: { minimum: 5, default: 1 } }\n",
      "sim.yaml:11:43: state_variables.global.price.default is 1: expected a number of at least 5",
    ],
    [
      "an allowed value of another type",
      "  global: { price: { type: integer, allowed_values: [1, two] } }\n",
      'sim.yaml:11:57: state_variables.global.price.allowed_values.1 is "two": expected a whole number',
    ],
    [
      "a default for many",
      '  global: { "offers.*.price": { default: 1 } }\n',
      "sim.yaml:11:42: state_variables.global.offers.*.price.default is 1: expected none: a name with * is no one variable's",
    ],
    [
      "a section that is none",
      "  agent_vars: {}\n",
      'sim.yaml:11:3: unknown key "agent_vars" in state_variables (of the Python llm-sim; here it is state_variables.agents: docs/migration.md)',
    ],
  ])("%s is refused with line and column, before anything runs", async (_, text, message) => {
    const error = await refusal(declaring(text));
    expect(shown(error)[0]).toBe(message);
  });

  it("that do not go with those of all agents are refused where they stand", async () => {
    const config = declaring("  agents: { wealth: { minimum: 0 } }\n").replace(
      "    type: trader",
      "    type: trader\n    state_variables: { wealth: { default: -1 } }",
    );
    expect(shown(await refusal(config))).toEqual([
      "sim.yaml:8:32: agents.1.state_variables.wealth: with what is said of all agents, default is -1: expected a number of at least 0",
    ]);
  });

  it("hold what the engine begins with, at the place of the declaration", async () => {
    const simulation = await load(declaring("  global: { price: { maximum: 5 } }\n"));
    await expect(runSimulation(simulation, { stream: "off" })).rejects.toMatchObject({
      code: "CONFIG_INVALID_VALUE",
      line: 11,
      message: expect.stringMatching(
        /sim\.yaml:11:20: At set-up global\.price would be 10: expected a number of at most 5 \(state_variables\.global\.price\)$/,
      ),
    });
  });
});
