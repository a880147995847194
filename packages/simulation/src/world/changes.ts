import type { JsonValue } from "@llm-sim/events/schema";
import { isDraft, type Patch } from "immer";
import { isPlainObject } from "./json-copy.ts";
import { checkLeaf, childName, eachLeaf, type Place, shownPlace } from "./leaves.ts";
import { foreignDraft } from "./state-error.ts";
import type { VariableChange } from "./world.ts";

/** Stands for a member that is not there; `undefined` would be one that is there and wrong. */
const ABSENT = Symbol("absent");

/**
 * The variables that differ between two states of a part. The patches say where to look, the states what is there,
 * so the cost follows the change.
 */
export function changesOf(
  agentId: string | undefined,
  before: object,
  after: object,
  patches: readonly Patch[],
): VariableChange[] {
  const found = new Map<string, VariableChange>();
  const looked = new Set<string>();
  for (const { path } of patches) {
    let place: Place = { agentId, name: "" };
    let old: unknown = before;
    let now: unknown = after;
    for (const key of path) {
      // Below an array, or below what came or went as a whole, there is nothing to look at one by one.
      if (!isPlainObject(old) || !isPlainObject(now)) break;
      place = { agentId, name: childName(place, String(key)) };
      old = member(old, String(key));
      now = member(now, String(key));
    }
    if (looked.has(place.name)) continue;
    looked.add(place.name);
    compare(place, old, now, found);
  }
  return [...found.values()];
}

/** The changes that bring a whole part, or take it away (`undefined`). */
export function changesOfPart(
  agentId: string | undefined,
  before: object | undefined,
  after: object | undefined,
): VariableChange[] {
  const found = new Map<string, VariableChange>();
  compare({ agentId, name: "" }, before ?? ABSENT, after ?? ABSENT, found);
  return [...found.values()];
}

function compare(place: Place, old: unknown, now: unknown, found: Map<string, VariableChange>): void {
  if (old === now) return;
  if (isDraft(now)) throw foreignDraft(shownPlace(place));
  if (isPlainObject(old) && isPlainObject(now)) {
    for (const key of Object.keys(old)) compare(below(place, key), old[key], member(now, key), found);
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
  found: Map<string, VariableChange>,
  { agentId, name }: Place,
  oldValue: JsonValue,
  newValue: JsonValue,
  change: "added" | "removed" | undefined,
  node: string | undefined,
): void {
  found.set(name, {
    agent_id: agentId,
    variable_name: name,
    old_value: oldValue,
    new_value: newValue,
    change,
    node,
  });
}

function member(object: { readonly [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : ABSENT;
}

function below(place: Place, key: string): Place {
  return { agentId: place.agentId, name: childName(place, key) };
}

function isLeaf(value: unknown): boolean {
  return value !== ABSENT && !isPlainObject(value);
}

/** Whether two JSON values are the same to a reader; the order of keys does not count. */
function sameJson(left: unknown, right: unknown): boolean {
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
