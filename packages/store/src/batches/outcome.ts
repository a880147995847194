import type { BatchOutcome } from "@llm-sim/api";
import {
  anyonesText,
  asGiven,
  isNameError,
  nearestNames,
  readVariable,
  type VariableId,
  type VariableReference,
  variableMeant,
  variableText,
} from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import { compileWatch, isWatchError, type Watch, type WatchedVariable } from "@llm-sim/events/watch";
import { StoreError } from "../errors.ts";
import { type BatchRunFacts, cameToItsEnd, cutOffText, knownCurves } from "./batch-run.ts";
import type { BatchVariables } from "./batch-variables.ts";
import type { Curve, Curves } from "./curve.ts";

/** What is asked of every run: when a condition came to hold, or what a variable was at the end. */
export interface Outcome {
  text: string;
  kind: "condition" | "variable";
  of(run: BatchRunFacts, place: number): BatchOutcome;
}

/**
 * Reads a condition such as `fish < 50`, or the name of a variable.
 *
 * @throws StoreError INVALID_ARGUMENT where it is neither, or names what no run has
 */
export function readOutcome(text: string, variables: BatchVariables): Outcome {
  const named = variableIn(text, variables);
  if (named !== undefined) {
    return { text, kind: "variable", of: (run, place) => valueAtEnd(run, named.curves[place], named) };
  }
  const watch = compiled(text);
  for (const one of watch.variables) requireKnown(text, one, variables);
  return { text, kind: "condition", of: (run, place) => becameTrue(run, watch, variables, place) };
}

/** The variable that a text names, where it is one's name and some run has it. */
export function variableIn(text: string, variables: BatchVariables) {
  try {
    const reference = readVariable(text);
    return reference.of === "one" ? meantIn(reference, variables) : undefined;
  } catch (error) {
    if (isNameError(error)) return undefined;
    throw error;
  }
}

function meantIn({ meanings }: Extract<VariableReference, { of: "one" }>, variables: BatchVariables) {
  const isThere = ({ agent_id, variable_name }: VariableId) =>
    variables.get(agent_id, variable_name) !== undefined;
  const { agent_id, variable_name } = variableMeant(meanings, isThere, variables.agents);
  return variables.get(agent_id, variable_name);
}

function compiled(text: string): Watch {
  try {
    return compileWatch(text);
  } catch (error) {
    if (!isWatchError(error)) throw error;
    throw new StoreError("INVALID_ARGUMENT", `outcome: ${error.message}`, {
      parameter: "outcome",
      position: error.position,
    });
  }
}

function requireKnown(
  text: string,
  { reference, text: name, position }: WatchedVariable,
  all: BatchVariables,
): void {
  const isKnown =
    reference.of === "one"
      ? meantIn(reference, all) !== undefined
      : all.all.some(
          ({ agentId, variable }) => agentId !== undefined && variable === reference.variable_name,
        );
  if (!isKnown)
    throw unknownVariable(name, all, `${asGiven(text)}, at character ${position + 1}: `, { position });
}

/** @param before what stands before the message's subject */
export function unknownVariable(
  name: string,
  { all, agents }: BatchVariables,
  before = "",
  details: { parameter?: string; position?: number } = {},
): StoreError {
  const parameter = details.parameter ?? "outcome";
  const labels = all.map(({ agentId, variable }) =>
    name.startsWith("*")
      ? anyonesText(variable)
      : variableText({ agent_id: agentId, variable_name: variable }, agents),
  );
  const near = nearestNames(name, [...new Set(labels)], 3);
  const hint = near.length === 0 ? "" : `; the nearest: ${near.join(", ")}`;
  return new StoreError(
    "INVALID_ARGUMENT",
    `${parameter}: ${before}no run of the batch has a variable ${name}${hint}`,
    {
      ...details,
      parameter,
      nearest: near,
    },
  );
}

/** Of a run that was cut off it is not known what it would have come to. */
export function valueAtEnd(
  run: BatchRunFacts,
  curve: Curve | undefined,
  { variable, agentId }: { variable: string; agentId: string | undefined },
): BatchOutcome {
  const { curves } = run;
  if ("problem" in curves) return { unknown: curves.problem };
  if (curve === undefined) return { unknown: missingText(curves, nameOf(variable, agentId)) };
  if (curve.isGone) return { unknown: "it was gone by then" };
  const { last } = curve;
  if (last === undefined) return { unknown: "its value is too large for summary.json" };
  if (typeof last === "number" && !Number.isFinite(last))
    return { unknown: "it is beyond what a number holds" };
  if (!cameToItsEnd(run)) return { unknown: `${cutOffText(run)}, when it was ${JSON.stringify(last)}` };
  return { value: last };
}

function nameOf(variable: string, agentId: string | undefined): string {
  return agentId === undefined ? variable : `${variable} of ${agentId}`;
}

function missingText({ leftOut }: Curves, name: string): string {
  return leftOut === 0
    ? `it has no ${name}`
    : `what is known of it leaves out ${leftOut} of its variables, maybe ${name}`;
}

/** A condition that names the turn may come to hold at each; so many are none, but numbers taken from a clock. */
const MOST_TURNS = 1_000_000;

/** At whose end a condition held first: what was so within a turn is not in summary.json. */
function becameTrue(
  run: BatchRunFacts,
  watch: Watch,
  variables: BatchVariables,
  place: number,
): BatchOutcome {
  const curves = knownCurves(run);
  if (curves === undefined) return { unknown: "problem" in run.curves ? run.curves.problem : "" };
  const looked = new LookedAt(watch, variables, place, curves);
  if (looked.missing !== undefined) return { unknown: looked.missing };
  if (watch.usesTurn && run.turns > MOST_TURNS)
    return { unknown: `it has ${run.turns} turns, of which not each is asked whether it held then` };
  const first = looked.first(run.turns);
  if (first !== undefined)
    return { turn: first.turn, ...(first.agent !== undefined && { agent_id: first.agent }) };
  if (!cameToItsEnd(run)) return { unknown: `${cutOffText(run)}, until when it did not hold` };
  if (curves.every > 1)
    return { unknown: `of its turns only every ${curves.every}th is known, at none of which it held` };
  return { never: true };
}

/** Where a curve stands as turns go by. */
class Cursor {
  readonly #curve: Curve;
  #place = -1;

  constructor(curve: Curve) {
    this.#curve = curve;
  }

  /** @param turn never before the one that was asked for last */
  at(turn: number): JsonValue | undefined {
    const { turns, values } = this.#curve;
    if (turns === undefined) return undefined;
    while ((turns[this.#place + 1] ?? Number.POSITIVE_INFINITY) <= turn) this.#place++;
    return values[this.#place];
  }
}

/** What a condition names of one run. */
class LookedAt {
  /** Why it cannot be told; `undefined` where it can. */
  readonly missing: string | undefined;
  readonly #watch: Watch;
  readonly #agents: readonly (string | undefined)[];
  /** Of names that mean one variable each, by what they may mean. */
  readonly #fixed = new Map<readonly VariableId[], Curve>();
  /** Of names with a wildcard, by agent and name. */
  readonly #wild = new Map<string, Map<string, Curve>>();

  constructor(watch: Watch, variables: BatchVariables, place: number, known: Curves) {
    this.#watch = watch;
    for (const { reference, text } of watch.variables) {
      const there =
        reference.of === "one"
          ? this.#takeOne(reference.meanings, variables, place)
          : this.#takeAll(reference.variable_name, variables, place);
      if (there.length === 0) this.missing ??= missingText(known, text);
      if (there.some(({ turns }) => turns === undefined))
        this.missing ??= `values of ${text} are too large for summary.json`;
    }
    this.#agents = watch.hasWildcard ? [...this.#wild.keys()] : [undefined];
  }

  /** Of several meanings the first that the run ever has: a name means the same from its start. */
  #takeOne(meanings: readonly VariableId[], variables: BatchVariables, place: number): Curve[] {
    for (const { agent_id, variable_name } of meanings) {
      const curve = variables.get(agent_id, variable_name)?.curves[place];
      if (curve === undefined) continue;
      this.#fixed.set(meanings, curve);
      return [curve];
    }
    return [];
  }

  #takeAll(name: string, variables: BatchVariables, place: number): Curve[] {
    return variables.ofAnyone(name).flatMap(({ agentId, curves }) => {
      const curve = curves[place];
      if (curve === undefined || agentId === undefined) return [];
      const own = this.#wild.get(agentId) ?? new Map<string, Curve>();
      this.#wild.set(agentId, own.set(name, curve));
      return [curve];
    });
  }

  /** The first turn at whose end it holds, of several agents in it the first. */
  first(last: number): { turn: number; agent: string | undefined } | undefined {
    let best: { turn: number; agent: string | undefined } | undefined;
    for (const agent of this.#agents) {
      const turn = this.#firstFor(agent, best === undefined ? last : best.turn - 1);
      if (turn !== undefined) best = { turn, agent };
    }
    return best;
  }

  #firstFor(agent: string | undefined, last: number): number | undefined {
    const own = agent === undefined ? undefined : this.#wild.get(agent);
    const fixed = new Map([...this.#fixed].map(([meanings, curve]) => [meanings, new Cursor(curve)]));
    const wild = new Map([...(own ?? [])].map(([name, curve]) => [name, new Cursor(curve)]));
    let turn = 0;
    const value = (meanings: readonly VariableId[]): JsonValue | undefined =>
      (fixed.get(meanings) ?? wild.get(meanings[0]?.variable_name ?? ""))?.at(turn);
    for (turn of this.#turns([...this.#fixed.values(), ...(own?.values() ?? [])], last))
      if (this.#watch.holdsFor(agent, { value }, turn)) return turn;
    return undefined;
  }

  /** At whose ends it can have come to hold: the first, and where something has changed. */
  #turns(curves: readonly Curve[], last: number): Iterable<number> {
    if (this.#watch.usesTurn) return Array.from({ length: last + 1 }, (_, turn) => turn);
    const [only, ...others] = curves;
    const changed =
      only !== undefined && others.length === 0
        ? Array.from(only.turns ?? [])
        : [...new Set(curves.flatMap(({ turns = [] }) => Array.from(turns)))].toSorted((a, b) => a - b);
    const known = changed.filter((turn) => turn <= last);
    return known[0] === 0 || last < 0 ? known : [0, ...known];
  }
}
