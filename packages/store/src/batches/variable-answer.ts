import type { BatchVariable } from "@llm-sim/api";
import { type BatchRunFacts, cameToItsEnd } from "./batch-run.ts";
import type { VariableOfRuns } from "./batch-variables.ts";
import { bandsOf, columnsOf, turnsUpTo } from "./columns.ts";
import { lastNumber } from "./curve.ts";
import { histogramOf, spreadOf } from "./spread.ts";
import { valuesOf } from "./values.ts";

/**
 * What became of a variable in all runs: at the ends of those that came to one, and, where `withBands`, by turn in all of which it is
 * known. A run counts in a turn as long as it had not ended before it.
 */
export function variableAnswer(
  { agentId, variable, curves }: VariableOfRuns,
  runs: readonly BatchRunFacts[],
  withBands: boolean,
): BatchVariable {
  const known = runs.flatMap((run, place) => {
    const curve = curves[place];
    return curve === undefined ? [] : [{ run, curve }];
  });
  const ended = known.filter(({ run, curve }) => cameToItsEnd(run) && curve.last !== undefined);
  // Of runs that were all cut off at least the kind can be told.
  const told = ended.length > 0 ? ended : known.filter(({ curve }) => curve.last !== undefined);
  const isNumber = told.length > 0 && told.every(({ curve }) => lastNumber(curve) !== undefined);
  const numbers = isNumber ? ended.flatMap(({ curve }) => lastNumber(curve) ?? []) : [];
  const end = spreadOf(numbers);
  return {
    ...(agentId !== undefined && { agent_id: agentId }),
    variable,
    runs: known.length,
    kind: isNumber ? "number" : "other",
    ...(isNumber &&
      withBands && {
        bands: bandsIn(
          known.map(({ curve }) => curve),
          known.map(({ run }) => run.turns),
        ),
      }),
    ...(end && { end: { ...end, histogram: histogramOf(numbers, end) } }),
    ...(!isNumber && valuesOf(ended.map(({ curve }) => curve.last))),
  };
}

function bandsIn(curves: Parameters<typeof columnsOf>[0], lastTurns: readonly number[]) {
  const last = lastTurns.reduce((most, turns) => Math.max(most, turns), 0);
  return bandsOf(columnsOf(curves, lastTurns, turnsUpTo(last)));
}
