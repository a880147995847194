import { keysIn, keyText } from "./keys.ts";
import { type NameStep, readSteps, stepText } from "./steps.ts";

/** A variable of an agent or, without `agent_id`, of the world. Its own name is its keys joined with dots, see `keyText`. */
export interface VariableId {
  agent_id: string | undefined;
  variable_name: string;
}

/** What a written name stands for. */
export type VariableReference =
  | {
      of: "one";
      /** What it may mean, in this order: the longest agent, shorter ones, the world. */
      meanings: readonly VariableId[];
    }
  /** `*.wealth`: anyone's in turn. */
  | { of: "anyone"; variable_name: string };

/** The agents that a name may begin with: a set of ids, or an index. */
export interface KnownAgents {
  has(id: string): boolean;
}

/** Where it is not known which agents there are: a label is then written so that it means the same whoever there is. */
export const ANY_AGENTS: KnownAgents = { has: () => true };

/** Longer is no agent's id. */
const MAX_AGENT_ID = 128;
/** Never an agent's id at the beginning of a name, quoted or not: such an agent is `agents."global".x`. */
const RESERVED = new Set(["global", "agents", "turn", "*"]);
/** Words of expressions, which begin no unquoted name. */
const WORDS = new Set(["and", "or", "not", "true", "false", "null", "this"]);
const BEGINNING = /^[\p{L}_$][\p{L}\p{N}\p{M}_$]*$/u;

/**
 * Reads the name of a variable, the same in every option, parameter and expression: `alice.wealth`, `price`,
 * `"gpt-4.1".inventory.gold`, `*.wealth`. A name that begins with an agent's is that agent's before it is the world's;
 * the world's for sure is `global.price`, an agent's for sure `agents."Dr. Smith".wealth`.
 *
 * @throws NameError
 */
export function readVariable(text: string): VariableReference {
  return referenceOf(readSteps(text));
}

/** @param steps at least one */
export function referenceOf(steps: readonly NameStep[]): VariableReference {
  const [first, ...rest] = steps;
  if (first === undefined) throw new RangeError("A name has at least one step.");
  if (rest.length === 0) return one(world(steps));
  switch (first.text) {
    case "*":
      return { of: "anyone", variable_name: joined(rest) };
    case "global":
      return one(world(rest));
    case "turn":
      return one(world(steps));
    case "agents": {
      const [agent, ...own] = rest;
      if (own.length === 0) return one(world(steps));
      if (agent?.text === "*" && !agent.isQuoted) return { of: "anyone", variable_name: joined(own) };
      return one(agents(rest));
    }
    default:
      return one([...agents(steps), ...world(steps)]);
  }
}

/**
 * Which variable a name means: the first of its meanings that there is. Where there is none, the one it would be: the
 * longest agent's that is known, else the world's.
 */
export function variableMeant(
  meanings: readonly VariableId[],
  isThere: (variable: VariableId) => boolean,
  known: KnownAgents,
): VariableId {
  const meant =
    meanings.find(isThere) ??
    meanings.find(({ agent_id }) => agent_id !== undefined && known.has(agent_id)) ??
    meanings.at(-1);
  if (meant === undefined) throw new RangeError("A name means at least one variable.");
  return meant;
}

/**
 * Writes a variable so that `readVariable` gives it back where these agents are known: `alice.wealth`, `price`,
 * `"gpt-4.1".wealth`, `global.alice.wealth`, `agents."global".x`.
 */
export function variableText({ agent_id: agentId, variable_name }: VariableId, known: KnownAgents): string {
  const steps = keysIn(variable_name);
  const name = steps.map(stepText).join(".");
  if (agentId === undefined) return isWorlds(steps, known) ? name : `global.${name}`;
  if (RESERVED.has(agentId)) return `agents.${JSON.stringify(agentId)}.${name}`;
  return `${agentStep(agentId, steps, known)}.${name}`;
}

/** `*.wealth`: the variable of that name, whoever's. Digits behind the dot are quoted: in an expression they are a number times another. */
export function anyonesText(variableName: string): string {
  const [first = "", ...rest] = keysIn(variableName);
  const own = /^\p{N}/u.test(first) ? JSON.stringify(first) : stepText(first);
  return ["*", own, ...rest.map(stepText)].join(".");
}

/** An agent as the first step of a name. */
function agentStep(agentId: string, steps: readonly string[], known: KnownAgents): string {
  const isWord = BEGINNING.test(agentId) && !WORDS.has(agentId);
  return isWord && !beginnings([agentId, ...steps], 2).some((id) => known.has(id))
    ? agentId
    : JSON.stringify(agentId);
}

/** Whether the world's variable can be written without `global`. */
function isWorlds(steps: readonly string[], known: KnownAgents): boolean {
  const [first = ""] = steps;
  if (!BEGINNING.test(first) || WORDS.has(first) || RESERVED.has(first)) return false;
  return !beginnings(steps, 1).some((id) => known.has(id));
}

/** What an agent at the beginning of these steps could be called: the first of them joined, with at least one left over. */
function beginnings(steps: readonly string[], fewest: number): string[] {
  const found: string[] = [];
  for (let count = fewest; count < steps.length; count++) {
    const id = steps.slice(0, count).join(".");
    if (id.length > MAX_AGENT_ID) break;
    found.push(id);
  }
  return found;
}

/** The agents that these steps may begin with, the longest first. */
function agents(steps: readonly NameStep[]): VariableId[] {
  const quoted = steps.findIndex(({ isQuoted }) => isQuoted);
  const joinable = quoted === 0 ? 2 : quoted === -1 ? steps.length : quoted + 1;
  return beginnings(
    steps.slice(0, joinable).map(({ text }) => text),
    1,
  )
    .map((agent_id, place) => named(agent_id, steps.slice(place + 1)))
    .toReversed()
    .flat();
}

function one(meanings: readonly VariableId[]): VariableReference {
  return { of: "one", meanings };
}

function world(steps: readonly NameStep[]): VariableId[] {
  return named(undefined, steps);
}

/** As the simulation names it or, where a quoted step has a dot, as another hand may have written it. */
function named(agent_id: string | undefined, steps: readonly NameStep[]): VariableId[] {
  const plain = steps.map(({ text }) => text).join(".");
  return [...new Set([joined(steps), plain])].map((variable_name) => ({ agent_id, variable_name }));
}

function joined(steps: readonly NameStep[]): string {
  return steps.map(({ text }) => keyText(text)).join(".");
}
