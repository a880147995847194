import type { ConfigPath } from "./source.ts";

/** The page on how a config of the Python original becomes one of this. */
const PAGE = "docs/migration.md";

/**
 * Keys of the Python original's configs that are none here, and what each became; `*` is any one key or item. They are those of its
 * `src/llm_sim/models/config.py` (github.com/rHedBull/llm-sim) and of the config.json that a run of it left.
 */
export const ORIGINAL_KEYS: Readonly<Record<string, string>> = {
  "simulation.termination": "an engine ends a run with this.stop, or --break-when does",
  "engine.interest_rate": "it stands under engine.params",
  "agents.*.initial_economic_strength": "it stands under initial_state, by the name of a variable",
  "agents.*.initial_location": "it stands under initial_state, by the name of a variable",
  "validator.domain": "what a validator takes stands under validator.params",
  "validator.permissive": "what a validator takes stands under validator.params",
  "llm.host": "it is llm.base_url, with /v1 at its end",
  "llm.max_retries": "it is llm.max_attempts, which counts the first attempt as well",
  "llm.temperature": "it stands under llm.sampling",
  "llm.stream": "answers are not streamed: leave it out",
  logging: "the log is the events, whose depth is events.verbosity: leave it out",
  observability: "who sees what is observes, of an agent or of all",
  spatial: "a map is the engine's, in its part of the state: leave it out",
  "state_variables.agent_vars": "it is state_variables.agents",
  "state_variables.global_vars": "it is state_variables.global",
  ...Object.fromEntries(
    ["agents", "global"].flatMap((part) => [
      [`state_variables.${part}.*.min`, "it is minimum"],
      [`state_variables.${part}.*.max`, "it is maximum"],
      [`state_variables.${part}.*.values`, "it is allowed_values"],
      ...["key_type", "value_type", "item_type", "item_types", "schema", "pattern", "max_length"].map(
        (key) => [
          `state_variables.${part}.*.${key}`,
          "what is inside of a variable is declared by name, as in bag.gold: leave it out",
        ],
      ),
    ]),
  ),
};

/** Values of it that are none here. */
const ORIGINAL_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "state_variables.*.*.type": {
    float: "it is number",
    int: "it is integer",
    bool: "it is boolean",
    categorical: "it is string, with allowed_values",
  },
};

/** Types of engines, agents and validators that came with it (its `src/llm_sim/implementations/`). */
const ORIGINAL_TYPES: ReadonlySet<string> = new Set([
  "economic",
  "econ_llm_engine",
  "simple_economic",
  "econ_llm_agent",
  "nation",
  "simple",
  "always_valid",
  "econ_llm_validator",
]);

/** What is added to what is said of an unknown key, where the Python original has it; otherwise nothing. */
export function originalKey(path: ConfigPath, key: string): string {
  return said(valueFor(ORIGINAL_KEYS, [...path, key]));
}

/** What is added to what is said of a wrong value, where it is right in the Python original. */
export function originalValue(path: ConfigPath, value: unknown): string {
  if (path.join(".") === "llm.timeout" && typeof value === "number") return said("it is a text with a unit");
  return typeof value === "string" ? said(valueFor(ORIGINAL_VALUES, path)?.[value]) : "";
}

/** What is added to what is said of an unknown type, where it came with the Python original. */
export function originalType(type: string): string {
  return ORIGINAL_TYPES.has(type) ? said("it is to be written as a module, or one of those") : "";
}

function said(became: string | undefined): string {
  return became === undefined ? "" : ` (of the Python llm-sim; here ${became}: ${PAGE})`;
}

function valueFor<T>(table: Readonly<Record<string, T>>, path: ConfigPath): T | undefined {
  const found = Object.entries(table).find(([pattern]) => {
    const steps = pattern.split(".");
    return (
      steps.length === path.length && steps.every((step, at) => step === "*" || step === String(path[at]))
    );
  });
  return found?.[1];
}
