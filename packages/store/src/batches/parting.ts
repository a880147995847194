import type { Parting } from "@llm-sim/api";
import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import { type BatchRunFacts, cameToItsEnd, knownCurves } from "./batch-run.ts";
import type { BatchVariables, VariableOfRuns } from "./batch-variables.ts";
import { columnsOf, numberAt, turnsUpTo } from "./columns.ts";
import { type Curve, lastNumber } from "./curve.ts";
import { FEWEST_RUNS, isWide, roundBetween, type Split, widestGap } from "./split.ts";
import { type Sign, type Told, toldApart } from "./telling.ts";

/** Variables, and turns, that are looked at for what tells groups apart: those that differ, evenly some of the turns; fewer of many runs. */
const MOST_VARIABLES = 50;
const MOST_TURNS = 40;
const MOST_VALUES = 400_000;

/** Where the runs part, or why that is not told. */
export type PartingOrNot = { parting: Parting } | { no_parting: string };

interface Known {
  variable: VariableOfRuns;
  curves: readonly Curve[];
}

/**
 * Whether the runs part into two groups that stay apart, from which turn on, and what told them apart before that.
 *
 * Plain rules: of each variable that is a number at the end of every run, the widest gap between two neighbours is looked at; where
 * more of the variance lies between its sides than chance leaves (`isWide`), the runs part by it, by the one of which most does. They
 * are apart from the first turn on from which, at each end of a turn, no run of one group is among the other's. What told them
 * apart earlier is the first setting, or variable at a turn's end, one threshold of which puts nearly all runs right (`toldApart`).
 */
export function partingOf(all: readonly BatchRunFacts[], variables: BatchVariables): PartingOrNot {
  const places = [...all.keys()].filter((place) => {
    const run = all[place];
    return run !== undefined && cameToItsEnd(run) && knownCurves(run) !== undefined;
  });
  const runs = places.flatMap((place) => all[place] ?? []);
  if (runs.length < FEWEST_RUNS)
    return {
      no_parting: `Too few runs came to their end for groups to be told of: ${runs.length}, and ${FEWEST_RUNS} are needed.`,
    };
  const known = variables.all.flatMap((variable): Known[] => {
    const curves = places.flatMap((place) => variable.curves[place] ?? []);
    const isNumber =
      curves.length === runs.length && curves.every((curve) => lastNumber(curve) !== undefined);
    return isNumber ? [{ variable, curves }] : [];
  });
  const found = widest(known, runs);
  if (found === undefined)
    return {
      no_parting: `The ${runs.length} runs that came to their end do not part into groups: no variable leaves a gap between them that chance would not.`,
    };
  return { parting: told(found, known, runs, variables.agents) };
}

interface Found extends Known {
  split: Split;
  isUpper: readonly boolean[];
  turn: number;
}

function widest(known: readonly Known[], runs: readonly BatchRunFacts[]): Found | undefined {
  let best: Found | undefined;
  for (const one of known) {
    const ends = one.curves.map((curve) => lastNumber(curve) ?? Number.NaN);
    const split = widestGap(ends);
    if (split === undefined || !isWide(split, runs.length)) continue;
    if (best !== undefined && split.between <= best.split.between) continue;
    const isUpper = ends.map((end) => end >= split.above);
    const turn = apartSince(one.curves, isUpper, runs);
    if (turn !== undefined) best = { ...one, split, isUpper, turn };
  }
  return best;
}

/** The first turn from which on, to the end, the groups do not overlap; `undefined` where they are apart in the last turn alone. */
function apartSince(
  curves: readonly Curve[],
  isUpper: readonly boolean[],
  runs: readonly BatchRunFacts[],
): number | undefined {
  const last = runs.reduce((most, { turns }) => Math.max(most, turns), 0);
  let since: number | undefined;
  for (let turn = last; turn >= 0; turn--) {
    if (!areApart(curves, isUpper, runs, turn)) break;
    since = turn;
  }
  return since === undefined || (since === last && last > 1) ? undefined : since;
}

/** A run that has ended before counts no more; one that is not there yet keeps the groups from being apart. */
function areApart(
  curves: readonly Curve[],
  isUpper: readonly boolean[],
  runs: readonly BatchRunFacts[],
  turn: number,
): boolean {
  let greatest = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < curves.length; run++) {
    const curve = curves[run];
    if (curve === undefined || turn > (runs[run]?.turns ?? 0)) continue;
    const value = numberAt(curve, turn);
    if (Number.isNaN(value)) return false;
    if (isUpper[run]) least = Math.min(least, value);
    else greatest = Math.max(greatest, value);
    if (greatest >= least) return false;
  }
  return true;
}

function told(
  found: Found,
  known: readonly Known[],
  runs: readonly BatchRunFacts[],
  agents: KnownAgents,
): Parting {
  const { variable, curves, split, isUpper, turn } = found;
  const name = nameOf(variable, agents);
  const middle = numberText(roundBetween(split.below, split.above));
  const groups = [false, true].map((upper) => {
    const own = [...runs.keys()].filter((run) => isUpper[run] === upper);
    const ends = own.map((run) => {
      const curve = curves[run];
      return (curve && lastNumber(curve)) ?? Number.NaN;
    });
    return {
      name: `${name} ${upper ? "≥" : "<"} ${middle}`,
      least: ends.reduce((least, end) => Math.min(least, end), Number.POSITIVE_INFINITY),
      greatest: ends.reduce((greatest, end) => Math.max(greatest, end), Number.NEGATIVE_INFINITY),
      runs: own.flatMap((run) => runs[run]?.id ?? []),
    };
  });
  const by = toldApart(signsOf(known, runs, turn), isUpper);
  const [lower, upper] = groups;
  return {
    ...idOf(variable),
    turn,
    sentence: `${turn === 0 ? "From the start" : `From the end of turn ${turn} on`} the ${runs.length} runs are in two groups that stay apart: ${name} ends ${rangeText(lower)} in ${lower?.runs.length} of them, and ${rangeText(upper)} in ${upper?.runs.length}.`,
    groups,
    ...(by && { by: byOf(by, { agents, groups, runs: runs.length }) }),
  };
}

/** A setting, or a variable at the end of a turn. */
type What = { setting: string } | { variable: VariableOfRuns };

/** What may have told the groups apart before the turn since when they are: settings, then variables turn by turn. */
function signsOf(known: readonly Known[], runs: readonly BatchRunFacts[], before: number): Sign<What>[] {
  const paths = new Set(runs.flatMap(({ batch }) => Object.keys(batch.settings)));
  const settings = [...paths].map(
    (setting): Sign<What> => ({
      what: { setting },
      isChosen: true,
      turn: -1,
      values: Float64Array.from(runs, ({ batch }) => numberOf(batch.settings[setting])),
    }),
  );
  const differing = known.filter(({ curves }) =>
    curves.some((curve) => lastNumber(curve) !== lastNumber(curves[0] ?? curve)),
  );
  const turns = before === 0 ? [] : turnsUpTo(before - 1, MOST_TURNS);
  const most = Math.max(1, Math.floor(MOST_VALUES / Math.max(1, turns.length * runs.length)));
  const lastTurns = runs.map((run) => run.turns);
  const looked = differing.slice(0, Math.min(MOST_VARIABLES, most)).map(({ variable, curves }) => ({
    variable,
    columns: columnsOf(curves, lastTurns, turns),
  }));
  const signs = turns.flatMap((turn, column) =>
    looked.map(
      ({ variable, columns }): Sign<What> => ({
        what: { variable },
        turn,
        values: columns.values.subarray(column * runs.length, (column + 1) * runs.length),
      }),
    ),
  );
  return [...settings, ...signs];
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : Number.NaN;
}

function byOf(
  { sign, atLeast, isUpper, right, chance }: Told<What>,
  { agents, groups, runs }: { agents: KnownAgents; groups: Parting["groups"]; runs: number },
): NonNullable<Parting["by"]> {
  const group = groups[isUpper ? 1 : 0]?.name ?? "";
  const { what, turn } = sign;
  const count = Math.round(right * runs);
  const puts = `${count === runs ? `all ${runs}` : `${count} of the ${runs}`} runs`;
  const isSetting = "setting" in what;
  const name = isSetting ? what.setting : nameOf(what.variable, agents);
  const when = isSetting ? "Before they began" : turn === 0 ? "At their start" : `At the end of turn ${turn}`;
  return {
    ...(isSetting ? { variable: name, setting: name } : idOf(what.variable)),
    turn: Math.max(0, turn),
    at_least: atLeast,
    group,
    right,
    runs,
    chance,
    sentence: `${when} ${puts} were told apart already by ${isSetting ? "the setting " : ""}${name}: with ${numberText(atLeast)} or more they come to ${group}, with less they do not.`,
  };
}

function idOf({ agentId, variable }: VariableOfRuns): { variable: string; agent_id?: string } {
  return { variable, ...(agentId !== undefined && { agent_id: agentId }) };
}

function nameOf({ agentId, variable }: VariableOfRuns, agents: KnownAgents): string {
  return variableText({ agent_id: agentId, variable_name: variable }, agents);
}

function rangeText(group: Parting["groups"][number] | undefined): string {
  if (group === undefined) return "";
  const [least, greatest] = [numberText(group.least), numberText(group.greatest)];
  return least === greatest ? `at ${least}` : `from ${least} to ${greatest}`;
}

/** With as many digits as a person reads. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
