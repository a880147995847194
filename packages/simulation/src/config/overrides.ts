import { asGiven, didYouMean, isNameError, type NameStep, readSteps, stepText } from "@llm-sim/events/naming";
import { type JsonValue, jsonValueSchema } from "@llm-sim/events/schema";
import { parse } from "yaml";

/** A value that is put into a config after it has been read. */
export interface Override {
  /**
   * Keys and agents' names joined with `.`, as names are written everywhere: `engine.params.interest_rate`, `agents.0.type`,
   * `agents.alice.initial_state.wealth`, `agents."Dr. Smith".params.x`. Unquoted, the longest agent that fits is meant.
   */
  path: string;
  value: JsonValue;
  /** How messages name it, `--set simulation.turns=0` for instance; the path where it is left out. */
  source?: string | undefined;
}

/** A setting of a batch: one run for each value. */
export interface Setting {
  path: string;
  values: JsonValue[];
}

/**
 * Reads `PATH=V` or `PATH=V,V…`; values are YAML: `0.02`, `true`, `text`, `[1, 2]`.
 *
 * @throws Error that says what is wrong, in one line
 */
export function parseSetting(text: string): Setting {
  const [before = "", path = ""] = PATH.exec(text) ?? [];
  const problem = path.trim() === "" ? EXPECTED : problemOf(path.trim());
  if (problem !== undefined) throw new Error(`${asGiven(text)} is no setting: ${problem}`);
  const list = text.slice(before.length);
  let values: unknown;
  try {
    values = parse(`[${list}]`);
  } catch {
    values = undefined;
  }
  if (!Array.isArray(values) || values.length === 0) {
    throw new Error(
      `${JSON.stringify(text)} is no setting: ${JSON.stringify(list)} is no YAML value, or list of values`,
    );
  }
  return { path: path.trim(), values };
}

/**
 * Reads `NAME=V`; the value is YAML: `0.02`, `true`, `text`, `[1, 2]`, `{ gold: 3 }`.
 *
 * @param example of what is expected, for messages
 * @throws Error that says what is wrong, in one line
 */
export function parseAssignment(text: string, example: string): { name: string; value: JsonValue } {
  const [before = "", given = ""] = PATH.exec(text) ?? [];
  const name = given.trim();
  const rest = text.slice(before.length);
  if (name === "" || rest.trim() === "")
    throw new Error(`${asGiven(text)} gives no value: expected ${example}`);
  let value: unknown;
  try {
    value = parse(rest);
  } catch {
    value = undefined;
  }
  const json = jsonValueSchema.safeParse(value);
  if (!json.success)
    throw new Error(`${asGiven(text)}: ${JSON.stringify(rest)} is no YAML value; expected ${example}`);
  return { name, value: json.data };
}

/** Either the config with the value in it and where it went, or why there is no place for it. */
export function applyOverride(
  config: unknown,
  { path, value }: Override,
): { value: unknown; path: (string | number)[] } | { problem: string } {
  const problem = problemOf(path);
  if (problem !== undefined) return { problem };
  const taken: (string | number)[] = [];
  const put = (node: unknown, rest: readonly NameStep[]): unknown => {
    const [step, ...deeper] = rest;
    if (step === undefined) return value;
    if (Array.isArray(node)) {
      const found = itemIn(node, rest);
      if (found === undefined) {
        const names = node.flatMap((item) => nameOf(item) ?? []);
        throw new NoPlace(
          `there is no ${JSON.stringify(step.text)} in ${shown(taken)}${didYouMean(step.text, names)}`,
        );
      }
      taken.push(found.index);
      return node.with(found.index, put(node[found.index], rest.slice(found.steps)));
    }
    if (node !== undefined && node !== null && typeof node !== "object") {
      throw new NoPlace(`${shown(taken)} is a single value: there is nothing below it to set`);
    }
    taken.push(step.text);
    const next: Record<string, unknown> = { ...node };
    next[step.text] = put(next[step.text], deeper);
    return next;
  };
  try {
    return { value: withoutOtherName(put(config, readSteps(path)), taken), path: taken };
  } catch (error) {
    if (error instanceof NoPlace) return { problem: error.message };
    throw error;
  }
}

/** What stands before the first equals sign that is in no quotes. */
const PATH = /^((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'=])*)=/s;
const EXPECTED = "expected PATH=VALUE, as in engine.params.interest_rate=0.02";

function problemOf(path: string): string | undefined {
  try {
    const steps = readSteps(path);
    if (steps.some(({ text }) => text === "" || text === "__proto__"))
      return "expected keys joined with dots, as in engine.params.interest_rate";
    const spaced = steps.find(({ text, isQuoted }) => !isQuoted && /\s/.test(text));
    return spaced && 'a step with a space is quoted, as in agents."Dr. Smith".params.x';
  } catch (error) {
    if (isNameError(error)) return error.message;
    throw error;
  }
}

function shown(path: readonly (string | number)[]): string {
  return path.map((step) => stepText(String(step))).join(".");
}

class NoPlace extends Error {}

/** The item that the first of these steps name, and how many they are: by name the longest that fits, else by number. */
function itemIn(
  list: readonly unknown[],
  steps: readonly NameStep[],
): { index: number; steps: number } | undefined {
  const [first] = steps;
  if (first === undefined) return undefined;
  const quoted = steps.findIndex(({ isQuoted }) => isQuoted);
  const joinable = quoted === 0 ? 1 : quoted === -1 ? steps.length : quoted;
  for (let count = joinable; count >= 1; count--) {
    const name = steps
      .slice(0, count)
      .map(({ text }) => text)
      .join(".");
    const index = list.findIndex((item) => nameOf(item) === name);
    if (index >= 0) return { index, steps: count };
  }
  const index = Number(first.text);
  return !first.isQuoted && /^\d+$/.test(first.text) && index < list.length ? { index, steps: 1 } : undefined;
}

function nameOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "name" in item && typeof item.name === "string"
    ? item.name
    : undefined;
}

/** `turns` and `max_turns` are one setting: the one that was given last counts. */
function withoutOtherName(config: unknown, [part, key, ...deeper]: readonly (string | number)[]): unknown {
  if (part !== "simulation" || (key !== "turns" && key !== "max_turns") || deeper.length > 0) return config;
  if (typeof config !== "object" || config === null || !("simulation" in config)) return config;
  const { max_turns, turns, ...rest } = {
    max_turns: undefined,
    turns: undefined,
    ...Object(config.simulation),
  };
  return { ...config, simulation: key === "turns" ? { ...rest, turns } : { ...rest, max_turns } };
}
