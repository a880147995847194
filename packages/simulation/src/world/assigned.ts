import { keyText } from "@llm-sim/events/naming";
import { ABSENT, memberOf } from "./changes.ts";
import { isPlainObject } from "./json-copy.ts";
import type { Place } from "./leaves.ts";
import type { Assignment, VariableChange } from "./world.ts";

/** What a transaction found: where to put what changed, and what was assigned without changing. */
export interface Findings {
  readonly changes: VariableChange[];
  readonly assigned: Assignment[];
}

/**
 * Of what was assigned: each variable that kept its value, and each node.
 *
 * @param from where among the changes those that this assignment made begin
 */
export function noteAssigned(
  place: Place,
  before: unknown,
  now: unknown,
  { changes, assigned }: Findings,
  from = 0,
): void {
  if (isPlainObject(now)) {
    const changed = new Set<string>();
    for (let at = from; at < changes.length; at++) changed.add(changes[at]?.variable_name ?? "");
    noteBelow(place, before, now, changed, assigned);
    return;
  }
  const isEmptied = isPlainObject(before) && Object.keys(before).length > 0;
  if (changes.length === from && !isEmptied) assigned.push(assignmentOf(place, before, now));
}

function noteBelow(
  place: Place,
  before: unknown,
  now: unknown,
  changed: ReadonlySet<string>,
  assigned: Assignment[],
): void {
  const { agentId, name } = place;
  if (!isPlainObject(now)) {
    const isEmptied = isPlainObject(before) && Object.keys(before).length > 0;
    if (!changed.has(name) && !isEmptied) assigned.push(assignmentOf(place, before, now));
    return;
  }
  const keys = Object.keys(now);
  // Of a node that came with variables, their changes tell.
  if (isPlainObject(before) || keys.length === 0) {
    assigned.push({ agent_id: agentId, name, isNode: true, isGone: false });
  }
  for (const key of keys) {
    const member = { agentId, name: name === "" ? keyText(key) : `${name}.${keyText(key)}` };
    noteBelow(member, isPlainObject(before) ? memberOf(before, key) : ABSENT, now[key], changed, assigned);
  }
}

function assignmentOf({ agentId, name }: Place, before: unknown, now: unknown): Assignment {
  return { agent_id: agentId, name, isNode: isPlainObject(before), isGone: now === ABSENT };
}
