import {
  type BatchAnswer,
  type BatchCurvesAnswer,
  type BatchOutcome,
  type BatchRun,
  type BatchSummary,
  type BatchVariable,
  completenessOf,
  type Gap,
  MAX_BATCH_VARIABLES,
} from "@llm-sim/api";
import { isSameJson } from "@llm-sim/events/state";
import { type BatchRunFacts, cameToItsEnd, cutOffText, knownCurves } from "./batch-run.ts";
import { summaryOf } from "./batch-summary.ts";
import { BatchVariables, type VariableOfRuns } from "./batch-variables.ts";
import { columnsOf, turnsUpTo } from "./columns.ts";
import { type Curve, lastNumber } from "./curve.ts";
import { distancesOf } from "./distances.ts";
import { type Outcome, readOutcome, unknownVariable, valueAtEnd, variableIn } from "./outcome.ts";
import { countsOf } from "./outcome-counts.ts";
import { type PartingOrNot, partingOf } from "./parting.ts";
import { bySettings, sweptOf } from "./settings.ts";
import { variableAnswer } from "./variable-answer.ts";
import { whatIsMissing } from "./what-is-missing.ts";

/** Values that bands of one answer are made of, and those that distances are: more would take too long. */
const MOST_BAND_VALUES = 1_200_000;
const MOST_DISTANCE_VALUES = 300_000;
/** Turns at which runs are compared. */
const DISTANCE_TURNS = 25;
/** Variables whose ends each run tells. */
const MOST_END_VARIABLES = 6;
const MOST_OUTCOMES_KEPT = 40;
const MOST_BANDS_KEPT = 200;
/** Points of all curves in one answer, some 8 MB. */
const MOST_POINTS = 500_000;
/** Fewer runs have no middle. */
const FEWEST_FOR_MIDDLE = 3;

interface AskedOutcome {
  outcome: Outcome;
  column: readonly BatchOutcome[];
}

/** What is worked out of a batch's runs, once for all that is asked of them as they are. */
export class Batch {
  readonly id: string;
  readonly #runs: readonly BatchRunFacts[];
  #known: BatchVariables | undefined;
  #summary: BatchSummary | undefined;
  readonly #outcomes = new Map<string, AskedOutcome>();
  readonly #withBands = new Map<VariableOfRuns, BatchVariable>();
  #worked: Worked | undefined;

  constructor(id: string, runs: readonly BatchRunFacts[]) {
    this.id = id;
    this.#runs = runs.toSorted(bySettings);
  }

  /** What a list of batches shows of it. */
  get summary(): BatchSummary {
    this.#summary ??= summaryOf(this.id, this.#runs);
    return this.#summary;
  }

  get #variables(): BatchVariables {
    this.#known ??= new BatchVariables(this.#runs);
    return this.#known;
  }

  /** @throws StoreError INVALID_ARGUMENT where an outcome is neither a condition nor a variable */
  answer(outcomes: readonly string[]): BatchAnswer {
    const runs = this.#runs;
    const asked = outcomes.map((text) => this.#asked(text));
    this.#worked ??= work(this.summary, runs, this.#variables);
    const worked = this.#worked;
    const swept = sweptOf(worked.batch.settings);
    const { distances, ends, parting, ...rest } = worked;
    const groups = groupsByRun(parting);
    return {
      ...rest,
      ...parting,
      runs: runs.map((run, place) => ({
        ...told(run),
        ...(distances[place] !== undefined && { distance: distances[place] }),
        ...groupOf(run.id, groups),
        outcomes: asked.map(({ column }) => column[place] ?? { unknown: "" }),
        end: ends.map((variable) => valueAtEnd(run, variable.curves[place], variable)),
      })),
      outcomes: asked.map(({ outcome, column }) =>
        countsOf(
          outcome,
          runs.map(({ batch: { settings } }, place) => ({
            settings,
            outcome: column[place] ?? { unknown: "" },
          })),
          swept,
        ),
      ),
    };
  }

  /** With its bands; what was asked for last is kept. */
  #whole(variable: VariableOfRuns): BatchVariable {
    const answer = this.#withBands.get(variable) ?? variableAnswer(variable, this.#runs, true);
    this.#withBands.delete(variable);
    this.#withBands.set(variable, answer);
    dropOldest(this.#withBands, MOST_BANDS_KEPT);
    return answer;
  }

  /** What an outcome came to in each run; what was asked for last is kept. */
  #asked(text: string): AskedOutcome {
    const known = this.#outcomes.get(text);
    this.#outcomes.delete(text);
    const outcome = known?.outcome ?? readOutcome(text, this.#variables);
    const column = known?.column ?? this.#runs.map((run, place) => outcome.of(run, place));
    const asked = { outcome, column };
    this.#outcomes.set(text, asked);
    dropOldest(this.#outcomes, MOST_OUTCOMES_KEPT);
    return asked;
  }

  /** @throws StoreError INVALID_ARGUMENT where no run has the variable */
  curves(variable: string, agentId: string | undefined): BatchCurvesAnswer {
    const found =
      agentId === undefined ? variableIn(variable, this.#variables) : this.#variables.get(agentId, variable);
    if (found === undefined)
      throw unknownVariable(
        agentId === undefined ? variable : `${variable} of ${agentId}`,
        this.#variables,
        "",
        {
          parameter: "variable",
        },
      );
    const curves = this.#runs.flatMap((run, place) => {
      const curve = found.curves[place];
      return curve?.turns === undefined ? [] : [{ run, curve }];
    });
    const points = curves.reduce((sum, { curve }) => sum + curve.values.length, 0);
    const every = Math.max(1, Math.ceil(points / MOST_POINTS));
    return {
      ...this.#whole(found),
      curves: curves.map(({ run, curve }) => ({
        id: run.id,
        turns: run.turns,
        points: pointsOf(curve, every),
      })),
      every_turns: this.#runs.reduce((most, run) => Math.max(most, knownCurves(run)?.every ?? 1), every),
      ...completenessOf(gapsOf(this.#runs)),
    };
  }
}

function dropOldest<Key>(kept: Map<Key, unknown>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}

interface Worked extends Omit<BatchAnswer, "runs" | "outcomes" | "parting" | "no_parting"> {
  parting: PartingOrNot;
  /** By run. */
  distances: readonly (number | undefined)[];
  ends: readonly VariableOfRuns[];
}

function work(batch: BatchSummary, runs: readonly BatchRunFacts[], variables: BatchVariables): Worked {
  const lastTurn = runs.reduce((most, { turns }) => Math.max(most, turns), 0);
  const perBand = runs.length * turnsUpTo(lastTurn).length;
  const withBands = Math.max(1, Math.floor(MOST_BAND_VALUES / Math.max(1, perBand)));
  const listed = variables.all.slice(0, MAX_BATCH_VARIABLES);
  const ends = endVariables(variables, runs);
  const distances = distancesIn(variables, runs, lastTurn);
  const heat = heatOf(runs, sweptOf(batch.settings));
  return {
    batch,
    end_variables: ends.map(({ agentId, variable }) => ({
      ...(agentId !== undefined && { agent_id: agentId }),
      variable,
    })),
    ...whatIsMissing(batch.id, runs),
    variables: listed.map((variable, at) => variableAnswer(variable, runs, at < withBands)),
    variables_total: variables.all.length,
    parting: partingOf(runs, variables),
    ...middleOf(runs, distances),
    ...(heat && { heat }),
    distances,
    ends,
    ...completenessOf(gapsOf(runs)),
  };
}

/** What is known of a run without a question asked of it. */
function told(run: BatchRunFacts): Omit<BatchRun, "outcomes" | "end"> {
  const { id, seed, batch, status, endedBy, endReason, startTime, endTime, curves } = run;
  return {
    id,
    ...(seed !== undefined && { seed }),
    settings: batch.settings,
    status,
    ...(endedBy !== undefined && { ended_by: endedBy }),
    ...(endReason !== undefined && { end_reason: endReason }),
    ...(startTime !== undefined && { start_time: startTime }),
    ...(endTime !== undefined && { end_time: endTime }),
    turns: run.turns,
    event_count: run.eventCount,
    dropped: run.dropped,
    ...(run.refusals !== undefined && { refusals: run.refusals }),
    ...(run.failures !== undefined && { failures: run.failures }),
    ...("problem" in curves && { unknown: curves.problem }),
  };
}

/** The group's name, by run. */
function groupsByRun(parting: PartingOrNot): ReadonlyMap<string, string> {
  const groups = "parting" in parting ? parting.parting.groups : [];
  return new Map(groups.flatMap(({ name, runs }) => runs.map((id) => [id, name] as const)));
}

function groupOf(id: string, groups: ReadonlyMap<string, string>): { group?: string } {
  const group = groups.get(id);
  return group === undefined ? {} : { group };
}

/** The world's numbers that are not the same at every end; agents', where the world has none. */
function endVariables({ all }: BatchVariables, runs: readonly BatchRunFacts[]): VariableOfRuns[] {
  const differing = all.filter(({ curves }) => {
    const ends = curves.flatMap((curve, place) => {
      const run = runs[place];
      const end = curve && run && cameToItsEnd(run) ? lastNumber(curve) : undefined;
      return end ?? [];
    });
    return ends.some((end) => end !== ends[0]);
  });
  const worlds = differing.filter(({ agentId }) => agentId === undefined);
  return (worlds.length > 0 ? worlds : differing).slice(0, MOST_END_VARIABLES);
}

/** Of those that came to their end, by what they all have. */
function distancesIn(variables: BatchVariables, runs: readonly BatchRunFacts[], lastTurn: number) {
  const places = [...runs.keys()].filter((place) => {
    const run = runs[place];
    return run !== undefined && cameToItsEnd(run) && knownCurves(run) !== undefined;
  });
  const turns = turnsUpTo(lastTurn, DISTANCE_TURNS);
  const most = Math.max(1, Math.floor(MOST_DISTANCE_VALUES / Math.max(1, turns.length * places.length)));
  const lastTurns = places.map((place) => runs[place]?.turns ?? 0);
  const shared = variables.all
    .map(({ curves }) => places.map((place) => curves[place]))
    .filter((curves) => curves.every((curve) => curve !== undefined && lastNumber(curve) !== undefined))
    .slice(0, most);
  const distances = distancesOf(
    shared.map((curves) => columnsOf(curves, lastTurns, turns)),
    places.length,
  );
  const byRun = new Map(places.map((place, at) => [place, distances[at]]));
  return runs.map((_, place) => byRun.get(place));
}

function middleOf(
  runs: readonly BatchRunFacts[],
  distances: readonly (number | undefined)[],
): Pick<BatchAnswer, "middle" | "farthest"> {
  const known = runs.flatMap(({ id }, place) => {
    const distance = distances[place];
    return distance === undefined ? [] : [{ id, distance }];
  });
  if (known.length < FEWEST_FOR_MIDDLE) return {};
  const [first, ...others] = known.toSorted((a, b) => a.distance - b.distance);
  const last = others.at(-1);
  return first === undefined || last === undefined ? {} : { middle: first.id, farthest: last.id };
}

function heatOf(
  runs: readonly BatchRunFacts[],
  swept: readonly ReturnType<typeof sweptOf>[number][],
): BatchAnswer["heat"] {
  const [rows, columns, ...more] = swept;
  if (rows === undefined || columns === undefined || more.length > 0) return undefined;
  const cells = rows.values.map(() => columns.values.map((): string[] => []));
  const place = ({ path, values }: typeof rows, { batch: { settings } }: BatchRunFacts) =>
    values.findIndex((value) => isSameJson(value, settings[path]));
  for (const run of runs) cells[place(rows, run)]?.[place(columns, run)]?.push(run.id);
  return { rows, columns, cells };
}

/** The first and the last point are kept. */
function pointsOf(
  { turns = [], values }: Curve,
  every: number,
): BatchCurvesAnswer["curves"][number]["points"] {
  const points: BatchCurvesAnswer["curves"][number]["points"] = [];
  // Of ten thousand runs half a million: without an iterator it takes a third.
  const last = turns.length - 1;
  for (let at = 0; at <= last; at++) {
    const turn = turns[at];
    if (turn === undefined || (at % every !== 0 && at !== last)) continue;
    const value = values[at];
    points.push(value === undefined ? [turn] : [turn, value]);
  }
  return points;
}

/** One for each reason, with how many runs it is of. */
function gapsOf(runs: readonly BatchRunFacts[]): Gap[] {
  const reasons = new Map<string, { kind: Gap["kind"]; runs: number }>();
  const because = (kind: Gap["kind"], reason: string) => {
    const known = reasons.get(reason) ?? { kind, runs: 0 };
    known.runs++;
    reasons.set(reason, known);
  };
  for (const run of runs) {
    const { curves } = run;
    if ("problem" in curves) because(run.status === "interrupted" ? "unfinished" : "summary", curves.problem);
    else {
      if (!cameToItsEnd(run))
        because("unfinished", cutOffText({ ...run, turns: 0 }).replace(" in turn 0", ""));
      if (curves.every > 1) because("summary", `only every ${curves.every}th of its turns is known`);
      if (curves.leftOut > 0)
        because("summary", `what is known of it leaves out ${curves.leftOut} of its variables`);
    }
    if (run.dropped > 0) because("dropped", "events of it were dropped");
  }
  return [...reasons].map(([reason, { kind, runs: count }]) => ({
    kind,
    message: `${count === 1 ? "One run" : `${count} runs`} of ${runs.length}: ${reason}.`,
  }));
}
