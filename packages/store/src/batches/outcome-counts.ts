import type { BatchOutcome, BatchOutcomeCounts } from "@llm-sim/api";
import type { Outcome } from "./outcome.ts";
import { byCombination, type Settings, type Swept } from "./settings.ts";
import { spreadOf } from "./spread.ts";
import { valuesOf } from "./values.ts";

/** What an outcome came to in all runs, and by the settings that tell them apart. */
export function countsOf(
  { text, kind }: Pick<Outcome, "text" | "kind">,
  runs: readonly { settings: Settings; outcome: BatchOutcome }[],
  swept: readonly Swept[],
): BatchOutcomeCounts {
  return {
    outcome: text,
    kind,
    ...counted(kind, runs),
    ...(swept.length > 0 && {
      by_setting: byCombination(runs, swept).map(({ settings, runs: own }) => ({
        settings,
        ...counted(kind, own),
      })),
    }),
  };
}

function counted(kind: Outcome["kind"], runs: readonly { outcome: BatchOutcome }[]) {
  const outcomes = runs.map(({ outcome }) => outcome);
  const unknown = outcomes.filter((one) => "unknown" in one).length;
  if (kind === "variable") {
    const values = outcomes.flatMap((one) => ("value" in one ? [one.value] : []));
    const numbers = values.filter((value) => typeof value === "number");
    const isNumber = numbers.length === values.length;
    const end = isNumber ? spreadOf(numbers) : undefined;
    return { runs: runs.length, unknown, ...(end && { end }), ...(!isNumber && valuesOf(values)) };
  }
  const turns = spreadOf(outcomes.flatMap((one) => ("turn" in one ? [one.turn] : [])));
  return {
    runs: runs.length,
    became: turns?.runs ?? 0,
    never: outcomes.filter((one) => "never" in one).length,
    unknown,
    ...(turns && { turns }),
  };
}
