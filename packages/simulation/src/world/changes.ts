import type { JsonValue } from "@llm-sim/events/schema";
import { isPlainObject } from "./json-copy.ts";
import { checkLeaf, childName, eachLeaf, type Place } from "./leaves.ts";
import type { VariableChange } from "./world.ts";

/** Stands for a member that is not there; `undefined` would be one that is there and wrong. */
export const ABSENT = Symbol("absent");

/** The changes that bring a whole part, or take it away (`undefined`). */
export function changesOfPart(
  agentId: string | undefined,
  before: object | undefined,
  after: object | undefined,
): VariableChange[] {
  const found: VariableChange[] = [];
  compare({ agentId, name: "" }, before ?? ABSENT, after ?? ABSENT, found);
  return found;
}

/** Puts each variable that differs between two states of a node into `found`. */
export function compare(place: Place, old: unknown, now: unknown, found: VariableChange[]): void {
  if (old === now) return;
  if (isPlainObject(old) && isPlainObject(now)) {
    for (const key of Object.keys(old)) compare(below(place, key), old[key], memberOf(now, key), found);
    for (const key of Object.keys(now)) {
      if (!Object.hasOwn(old, key)) compare(below(place, key), ABSENT, now[key], found);
    }
    return;
  }
  if (isLeaf(old) && isLeaf(now)) {
    checkLeaf(old, place);
    checkLeaf(now, place);
    if (!sameJson(old, now)) put(found, place, old, now, undefined, undefined);
    return;
  }
  if (old !== ABSENT) {
    eachLeaf(old, place, (name, value) => {
      put(found, { agentId: place.agentId, name }, value, null, "removed", place.name);
    });
  }
  if (now !== ABSENT) {
    eachLeaf(now, place, (name, value) => {
      put(found, { agentId: place.agentId, name }, null, value, "added", place.name);
    });
  }
}

function put(
  found: VariableChange[],
  { agentId, name }: Place,
  oldValue: JsonValue,
  newValue: JsonValue,
  change: "added" | "removed" | undefined,
  node: string | undefined,
): void {
  found.push({
    agent_id: agentId,
    variable_name: name,
    old_value: oldValue,
    new_value: newValue,
    change,
    node,
  });
}

/** A member, or what stands for one that is not there. */
export function memberOf(object: { readonly [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : ABSENT;
}

function below(place: Place, key: string): Place {
  return { agentId: place.agentId, name: childName(place, key) };
}

function isLeaf(value: unknown): boolean {
  return value !== ABSENT && !isPlainObject(value);
}

/** Whether two JSON values are the same to a reader; the order of keys does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  );
}
