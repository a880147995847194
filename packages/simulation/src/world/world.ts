import type { JsonValue } from "@llm-sim/events/schema";

/**
 * The state of a simulation: the world's part and one part for each agent. Parts are nested objects of JSON values.
 * A variable is a leaf: the keys on the way joined with `.` (`inventory.gold`); an array is one value; an object
 * without keys holds no variable and leaves no trace in the log.
 */
export interface World {
  global: object;
  agents: Record<string, object>;
}

/**
 * The same state, of the shape that its engine gave it: what an engine keeps in its parts is its author's word, which
 * no schema here knows.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape
export function shapedAs<W>(world: World): W;
export function shapedAs(world: World): World {
  return world;
}

/** One variable's change, as a STATE event tells it. */
export interface VariableChange {
  /** Whose it is; `undefined` for the world's. */
  agent_id: string | undefined;
  variable_name: string;
  old_value: JsonValue;
  new_value: JsonValue;
  change: "added" | "removed" | undefined;
  /** Of one that came or went: the topmost node that came or went with it (`""`: the whole part). */
  node: string | undefined;
}

/** Something that was assigned without being changed by it, or a node that was. */
export interface Assignment {
  agent_id: string | undefined;
  /** Of a variable or a node; `""` is the part. */
  name: string;
  isNode: boolean;
  /** Taken away. */
  isGone: boolean;
}
