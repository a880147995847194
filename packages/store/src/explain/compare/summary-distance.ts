import type { TurnDistance } from "@llm-sim/api";
import { VariableMap } from "@llm-sim/events/naming";
import type { SummaryFile, VariableSummary } from "@llm-sim/events/run";
import type { Value } from "./apart.ts";
import { Differing } from "./differing.ts";

type Summary = Pick<SummaryFile, "variables" | "turns" | "every_turns">;

/**
 * How far the states of two runs are apart at turns' ends, by their summaries alone: from the first turn that differs, at most
 * `most` turns. Variables whose values are too large for a summary are left out.
 */
export function summaryDistances(left: Summary, right: Summary, most: number): TurnDistance[] {
  const numbers = new VariableMap<number>();
  const sides = [new SummarySide(left, numbers), new SummarySide(right, numbers)] as const;
  const last = Math.max(left.turns, right.turns);
  // Between the turns that both keep, a value may have changed in one of them.
  const grid = leastCommonMultiple(left.every_turns, right.every_turns);
  const step = grid * Math.max(1, Math.ceil((last + 1) / grid / most));
  const listed = new Set([last]);
  for (let turn = 0; turn <= last; turn += step) listed.add(turn);
  const differing = new Differing();
  const found: TurnDistance[] = [];
  const turns = new Set([...listed, ...sides.flatMap((side) => side.turns)]);
  for (const turn of [...turns].sort((a, b) => a - b)) {
    const touched = new Set([...sides[0].takeTurn(turn), ...sides[1].takeTurn(turn)]);
    for (const variable of touched) {
      differing.knows(variable);
      const name = () => sides[0].name(variable) ?? sides[1].name(variable) ?? { agent: "", variable: "" };
      differing.set(variable, name, sides[0].value(variable), sides[1].value(variable));
    }
    if (listed.has(turn) && (differing.size > 0 || found.length > 0)) found.push(differing.distance(turn));
  }
  return found;
}

/** The value at a turn's end; `undefined` where there is none, or it is too large to be kept. */
export function valueInSummary({ first, last, points }: VariableSummary, turn: number | undefined): Value {
  if (turn === undefined) return last;
  if (points === undefined) return turn === 0 ? first : undefined;
  const before = points.findLast(([at]) => at <= turn);
  return before?.[1];
}

class SummarySide {
  readonly #names = new Map<number, { agent: string; variable: string }>();
  readonly #values = new Map<number, Value>();
  readonly #byTurn = new Map<number, [variable: number, value: Value][]>();

  constructor({ variables }: Summary, numbers: VariableMap<number>) {
    for (const { agent_id, variable, points = [] } of variables) {
      const number = numbers.get(agent_id, variable) ?? numbers.size;
      numbers.set(agent_id, variable, number);
      this.#names.set(number, { agent: agent_id ?? "", variable });
      for (const [turn, value] of points) {
        const changes = this.#byTurn.get(turn) ?? [];
        this.#byTurn.set(turn, changes);
        changes.push([number, value]);
      }
    }
  }

  get turns(): number[] {
    return [...this.#byTurn.keys()];
  }

  /** @returns the variables that changed by the end of this turn */
  takeTurn(turn: number): number[] {
    const changes = this.#byTurn.get(turn) ?? [];
    for (const [variable, value] of changes) this.#values.set(variable, value);
    return changes.map(([variable]) => variable);
  }

  value(variable: number): Value {
    return this.#values.get(variable);
  }

  name(variable: number): { agent: string; variable: string } | undefined {
    return this.#names.get(variable);
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [one, other] = [a, b];
  while (other !== 0) [one, other] = [other, one % other];
  return (a / one) * b;
}
