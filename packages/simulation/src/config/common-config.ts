import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import { canonicalJson, isSameJson } from "@llm-sim/events/state";
import { applyOverride } from "./overrides.ts";

const HASH_DIGITS = 8;
const SEED = "simulation.seed";

/** What the configs of a batch have in common. */
export interface CommonConfig {
  /** Eight hex digits. */
  hash: string;
  /** Where another config, of which the same is left out, first differs; `undefined` where it does not. */
  differenceFrom: (other: JsonObject) => string | undefined;
}

/**
 * @param configs as runs record them; at least one
 * @param paths of what is set in each of them otherwise: that, and the seed, is left out. Where something else goes with a setting
 * (a text with its file), as much around it is left out as makes them the same.
 */
export function commonConfig(configs: readonly JsonObject[], paths: readonly string[]): CommonConfig {
  const [first = {}] = configs;
  for (let around = 0; ; around++) {
    const common = without(first, paths, around);
    const isWide = paths.every((path) => placeOf(first, path).length <= around + 1);
    if (!isWide && !configs.every((config) => isSameJson(without(config, paths, around), common))) continue;
    return {
      hash: createHash("sha256").update(canonicalJson(common)).digest("hex").slice(0, HASH_DIGITS),
      differenceFrom: (other) => difference(without(other, paths, around), common, []),
    };
  }
}

function without(config: JsonObject, paths: readonly string[], around: number): JsonObject {
  let left: JsonValue = config;
  for (const path of [SEED, ...paths]) {
    const place = placeOf(config, path);
    const cut = path === SEED ? place : place.slice(0, Math.max(1, place.length - around));
    left = blanked(left, cut);
  }
  return typeof left === "object" && left !== null && !Array.isArray(left) ? left : {};
}

function placeOf(config: JsonObject, path: string): readonly (string | number)[] {
  const applied = applyOverride(config, { path, value: null });
  if ("problem" in applied) return [];
  // `turns` is what a config is recorded with, whatever its file calls it.
  return applied.path.join(".") === "simulation.max_turns" ? ["simulation", "turns"] : applied.path;
}

/** With null in its place, whether or not there is anything. */
function blanked(node: JsonValue, [step, ...deeper]: readonly (string | number)[]): JsonValue {
  if (step === undefined) return null;
  if (Array.isArray(node)) return node.map((item, at) => (at === step ? blanked(item, deeper) : item));
  const members = typeof node === "object" && node !== null ? node : {};
  return { ...members, [String(step)]: blanked(members[String(step)] ?? null, deeper) };
}

/** `engine.params.rate is 0.1 here, and 0.2 there` */
function difference(
  there: JsonValue | undefined,
  here: JsonValue | undefined,
  at: readonly string[],
): string | undefined {
  if (isSameJson(there, here)) return undefined;
  const areObjects = [there, here].every((one) => typeof one === "object" && one !== null);
  if (areObjects && Array.isArray(there) === Array.isArray(here)) {
    const [left, right] = [membersOf(there), membersOf(here)];
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const found = difference(left.get(name), right.get(name), [...at, name]);
      if (found !== undefined) return found;
    }
  }
  return `${at.join(".") || "the config"} is ${shown(here)} here, and ${shown(there)} there`;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}

function membersOf(value: JsonValue | undefined): Map<string, JsonValue> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
