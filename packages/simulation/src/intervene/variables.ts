import {
  asGiven,
  didYouMean,
  isNameError,
  keysIn,
  readVariable,
  type VariableId,
  variableMeant,
  variableText,
} from "@llm-sim/events/naming";
import type { Intervention } from "@llm-sim/events/run";
import type { JsonValue } from "@llm-sim/events/schema";
import { listText } from "@llm-sim/events/words";
import type { DeclaredState } from "../variables/index.ts";
import { eachLeaf, isPlainObject, type World } from "../world/index.ts";
import { InterventionError } from "./intervention-error.ts";

/** A variable, and the value that it is to have. */
export interface Assigned extends VariableId {
  value: JsonValue;
}

/**
 * Which variables are meant: names are read as everywhere; `*.mood` is everyone's who has one.
 *
 * @param declared what the config declares: what is declared can be set where it is not there yet
 * @throws InterventionError where there is no such variable, with the nearest name
 */
export function resolveVariables(
  set: NonNullable<Intervention["set"]>,
  { world, declared, turn }: { world: World; declared: DeclaredState | undefined; turn: number },
): Assigned[] {
  const known = { has: (id: string) => world.agents[id] !== undefined };
  const isThere = (variable: VariableId) => isVariable(variable, world, declared);
  const assigned = set.flatMap(({ variable: name, value }): Assigned[] => {
    const reference = readName(name);
    if (reference.of === "anyone") {
      const all = Object.keys(world.agents)
        .map((agent_id) => ({ agent_id, variable_name: reference.variable_name }))
        .filter(isThere);
      if (all.length === 0) throw unknown(name, world, turn);
      return all.map((variable) => ({ ...variable, value }));
    }
    const meant = variableMeant(reference.meanings, isThere, known);
    if (!isThere(meant)) throw unknown(name, world, turn);
    return [{ ...meant, value }];
  });
  const given = new Set<string>();
  for (const one of assigned) {
    const text = variableText(one, known);
    if (given.has(text)) throw new InterventionError(`${text} is set twice: leave one of the values out`);
    given.add(text);
    const node = nodeAt(one, world);
    if (isPlainObject(node) && Object.keys(node).length > 0 && !isPlainObject(one.value)) {
      const members = listText(Object.keys(node).map((key) => `${text}.${key}`));
      throw new InterventionError(
        `${text} is no variable, it holds ${members}: set what is in it, or all of it as an object`,
      );
    }
  }
  return assigned;
}

/** Gives variables their values. */
export function assign(draft: World, assigned: readonly Assigned[]): void {
  for (const { agent_id, variable_name, value } of assigned) {
    const keys = keysIn(variable_name);
    const last = keys.pop() ?? "";
    let node: object = agent_id === undefined ? draft.global : Object(draft.agents[agent_id]);
    for (const key of keys) {
      if (!isPlainObject(Reflect.get(node, key))) Reflect.set(node, key, {});
      node = Object(Reflect.get(node, key));
    }
    Reflect.set(node, last, structuredClone(value));
  }
}

function readName(name: string): ReturnType<typeof readVariable> {
  try {
    return readVariable(name);
  } catch (error) {
    if (!isNameError(error)) throw error;
    throw new InterventionError(`${asGiven(name)} is no name of a variable: ${error.message}`, {
      cause: error,
    });
  }
}

function isVariable(variable: VariableId, world: World, declared: DeclaredState | undefined): boolean {
  const { agent_id: agentId, variable_name: name } = variable;
  if (agentId !== undefined && world.agents[agentId] === undefined) return false;
  return nodeAt(variable, world) !== undefined || declared?.declares({ agentId, name }) === true;
}

function nodeAt({ agent_id, variable_name }: VariableId, world: World): unknown {
  let node: unknown = agent_id === undefined ? world.global : world.agents[agent_id];
  for (const key of keysIn(variable_name)) {
    if (!isPlainObject(node) || !Object.hasOwn(node, key)) return undefined;
    node = node[key];
  }
  return node;
}

function unknown(name: string, world: World, turn: number): InterventionError {
  const known = { has: (id: string) => world.agents[id] !== undefined };
  const names: string[] = [];
  const add = (agent_id: string | undefined, part: object) =>
    eachLeaf(part, { agentId: agent_id, name: "" }, (variable_name) =>
      names.push(variableText({ agent_id, variable_name }, known)),
    );
  add(undefined, world.global);
  for (const [id, part] of Object.entries(world.agents)) add(id, part);
  return new InterventionError(
    `There is no variable ${asGiven(name)} at the start of turn ${turn}${didYouMean(name, names)}`,
  );
}
