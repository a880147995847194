import { didYouMean } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import { parse } from "yaml";

/** A value that is put into a config after it has been read. */
export interface Override {
  /** Keys joined with `.`: `engine.params.interest_rate`, `agents.alice.initial_state.wealth`, `agents.0.type`. */
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
  const equals = text.indexOf("=");
  const path = text.slice(0, equals).trim();
  if (equals < 1 || !/^[^.\s]+(\.[^.\s]+)*$/.test(path)) {
    throw new Error(
      `${JSON.stringify(text)} is no setting: expected PATH=VALUE, as in engine.params.interest_rate=0.02`,
    );
  }
  const list = text.slice(equals + 1);
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
  return { path, values };
}

/** Either the config with the value in it and where it went, or why there is no place for it. */
export function applyOverride(
  config: unknown,
  { path, value }: Override,
): { value: unknown; path: (string | number)[] } | { problem: string } {
  const steps = path.split(".");
  if (steps.some((step) => step === "" || step === "__proto__")) {
    return { problem: "expected keys joined with dots, as in engine.params.interest_rate" };
  }
  const taken: (string | number)[] = [];
  const put = (node: unknown, rest: readonly string[]): unknown => {
    const [step, ...deeper] = rest;
    if (step === undefined) return value;
    if (Array.isArray(node)) {
      const index = indexIn(node, step);
      if (index === undefined) {
        const names = node.flatMap((item) => nameOf(item) ?? []);
        throw new NoPlace(
          `there is no ${JSON.stringify(step)} in ${taken.join(".")}${didYouMean(step, names)}`,
        );
      }
      taken.push(index);
      return node.with(index, put(node[index], deeper));
    }
    if (node !== undefined && node !== null && typeof node !== "object") {
      throw new NoPlace(`${taken.join(".")} is a single value: there is nothing below it to set`);
    }
    taken.push(step);
    const next: Record<string, unknown> = { ...node };
    next[step] = put(next[step], deeper);
    return next;
  };
  try {
    return { value: withoutOtherName(put(config, steps), path), path: taken };
  } catch (error) {
    if (error instanceof NoPlace) return { problem: error.message };
    throw error;
  }
}

class NoPlace extends Error {}

function indexIn(list: readonly unknown[], step: string): number | undefined {
  if (/^\d+$/.test(step)) return Number(step) < list.length ? Number(step) : undefined;
  const index = list.findIndex((item) => nameOf(item) === step);
  return index < 0 ? undefined : index;
}

function nameOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "name" in item && typeof item.name === "string"
    ? item.name
    : undefined;
}

/** `turns` and `max_turns` are one setting: the one that was given last counts. */
function withoutOtherName(config: unknown, path: string): unknown {
  if (path !== "simulation.turns" && path !== "simulation.max_turns") return config;
  if (typeof config !== "object" || config === null || !("simulation" in config)) return config;
  const { max_turns, turns, ...rest } = {
    max_turns: undefined,
    turns: undefined,
    ...Object(config.simulation),
  };
  return { ...config, simulation: path === "simulation.turns" ? { ...rest, turns } : { ...rest, max_turns } };
}
