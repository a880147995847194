import { keyText } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import { isPlainObject, problemOf } from "./json-copy.ts";
import { StateError } from "./state-error.ts";

/** Where a node stands, for names and for messages. */
export interface Place {
  agentId: string | undefined;
  name: string;
}

/** Calls `visit` for each variable at and below `node`; refuses what is not JSON. */
export function eachLeaf(
  node: unknown,
  place: Place,
  visit: (name: string, value: JsonValue) => void,
  depth = 0,
): void {
  if (!isPlainObject(node)) {
    checkLeaf(node, place, depth);
    visit(place.name, node);
    return;
  }
  checkJson(node, place, depth);
  for (const key of Object.keys(node)) {
    eachLeaf(node[key], { agentId: place.agentId, name: childName(place, key) }, visit, depth + 1);
  }
}

/** Refuses a leaf that JSON cannot carry, arrays included with all they hold. */
export function checkLeaf(value: unknown, place: Place, depth = 0): asserts value is JsonValue {
  checkJson(value, place, depth);
  checkMembers(value, place, depth);
}

/** The name of a member: the keys on the way, joined; one with a dot is quoted. */
export function childName(place: Place, key: string): string {
  checkKey(key, place.agentId, place.name);
  return place.name === "" ? keyText(key) : `${place.name}.${keyText(key)}`;
}

/** Refuses a key that names no variable. */
export function checkKey(key: string, agentId: string | undefined, name: string): void {
  if (key !== "" && key !== "__proto__") return;
  const place = shownPlace({ agentId, name });
  throw new StateError(place, `has the key ${JSON.stringify(key)}, which names no variable`);
}

function checkJson(value: unknown, place: Place, depth: number): void {
  const problem = problemOf(value, depth);
  if (problem !== undefined) throw new StateError(shownPlace(place), problem, place);
}

function checkMembers(value: unknown, place: Place, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  const members = Array.isArray(value) ? value : Object.values(value);
  for (const [index, member] of members.entries()) {
    const inside = { agentId: place.agentId, name: `${place.name}[${index}]` };
    checkJson(member, inside, depth + 1);
    checkMembers(member, inside, depth + 1);
  }
}

/** For messages: `alice.inventory.gold`. */
export function shownPlace({ agentId, name }: Place): string {
  if (agentId === undefined) return name;
  return name === "" ? agentId : `${agentId}.${name}`;
}
