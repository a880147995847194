import type { VariablesAnswer } from "@llm-sim/api";
import { type RunCurve, runCurves } from "./curves.ts";
import { agentsIn, nameOf } from "./names.ts";

/** The names of what was a number in any of several runs, in the order in which they come up. */
export function numbersOf(answers: readonly VariablesAnswer[]): string[] {
  const names = answers.flatMap((answer) => {
    const known = agentsIn(answer);
    return answer.variables.flatMap((one) => (one.least === undefined ? [] : [nameOf(one, known)]));
  });
  return [...new Set(names)];
}

/** The curve of a variable by its name as it is written; `undefined` where the run has no such number. */
export function curveNamed(answer: VariablesAnswer, name: string): RunCurve | undefined {
  const known = agentsIn(answer);
  const named = answer.variables.find((one) => nameOf(one, known) === name);
  const curve = { id: answer.simulation_id, turns: answer.turns, points: named?.points ?? [] };
  return runCurves({ curves: [curve] })[0];
}

/** The turns at which one of the curves may bend: straight lines between them show a value held until the next. */
export function turnsOf(curves: readonly RunCurve[]): number[] {
  const turns = new Set<number>();
  for (const curve of curves) {
    for (const turn of curve.turns) {
      if (turn > 0) turns.add(turn - 1);
      turns.add(turn);
    }
    turns.add(curve.end).add(curve.end + 1);
  }
  const last = Math.max(0, ...curves.map(({ end }) => end));
  return [...turns].filter((turn) => turn <= last).sort((one, other) => one - other);
}
