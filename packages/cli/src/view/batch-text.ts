import type {
  BatchAnswer,
  BatchOutcome,
  BatchOutcomeCounts,
  BatchRun,
  BatchVariable,
  Spread,
} from "@llm-sim/api";
import { ANY_AGENTS, readSteps, variableText } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import { valueText } from "@llm-sim/events/words";
import {
  type Column,
  counted,
  displayWidth,
  formatCount,
  type Paint,
  pad,
  plainText,
  sparkline,
  Table,
} from "../terminal/index.ts";
import { gapLines } from "./gap-lines.ts";
import { below, EMPTY, type Line, text } from "./line.ts";

/** Rows of a table that a terminal is shown. */
const MOST_ROWS = 40;
/** Missing runs that are named. */
const MOST_NAMED = 5;
const MOST_SHARDS = 40;
const SPARKLINE_CELLS = 40;
const MOST_BANDS = 6;
/** Values that are no numbers that an outcome's line has. */
const MOST_VALUES = 6;

export interface Screen {
  paint: Paint;
  columns: number;
  isTerminal: boolean;
}

/** What a batch is, and what became of its runs, above the table of these. */
export function batchLines(answer: BatchAnswer): Line[] {
  const { batch } = answer;
  return [
    ...batch.settings.map(({ path, values }) => below(`${path}: ${values.map(shownValue).join(", ")}`)),
    ...missingLines(answer),
    EMPTY,
  ];
}

/** `sweep: 24 of 30 runs (22 completed, 2 failed), seeds 1..6` */
export function batchHeading({ batch }: BatchAnswer, paint: Paint): string {
  const { id, runs, planned = runs, seeds } = batch;
  const count = planned > runs ? `${formatCount(runs)} of ${counted(planned, "run")}` : counted(runs, "run");
  const statuses = statusesText(batch.statuses);
  return `batch ${paint.bold(plainText(id))}: ${count} (${statuses})${seeds === "" ? "" : `, ${seedsText(seeds)}`}`;
}

/** `22 completed, 2 failed` */
export function statusesText(statuses: BatchAnswer["batch"]["statuses"]): string {
  return (["completed", "running", "interrupted", "failed"] as const)
    .flatMap((status) => {
      const count = statuses[status] ?? 0;
      return count === 0 ? [] : `${formatCount(count)} ${status}`;
    })
    .join(", ");
}

function seedsText(seeds: string): string {
  return `${/[.,]/.test(seeds) ? "seeds" : "seed"} ${seeds}`;
}

function missingLines(answer: BatchAnswer): Line[] {
  const { missing, missing_total: total, missing_seeds: bySettings } = answer;
  const shards = shardLines(answer);
  if (total === 0) return shards;
  const named = missing.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = total - named.length;
  // An id has its run's seed, and of its settings a hash alone.
  const isTold = more > 0 || bySettings.some(({ settings }) => Object.keys(settings).length > 0);
  const again = answer.shards ? "" : "; the same llm-sim run makes them";
  return [
    below(
      `${counted(total, "run")} that ${total === 1 ? "was" : "were"} asked for ${total === 1 ? "is" : "are"} missing: ${named.join(", ")}${more > 0 ? `, and ${formatCount(more)} more` : ""}${again}.`,
    ),
    ...(isTold ? bySettings.slice(0, MOST_NAMED).map(missingSeeds) : []),
    ...(isTold && bySettings.length > MOST_NAMED
      ? [
          below(
            `and of ${formatCount(bySettings.length - MOST_NAMED)} more combinations of settings: --json has them`,
          ),
        ]
      : []),
    ...shards,
  ];
}

/** `rate 0.1: seeds 5, 17..20` */
function missingSeeds({ settings, seeds }: BatchAnswer["missing_seeds"][number]): Line {
  const set = settingsText(settings);
  return below(`missing${set === "" ? "" : `, ${set}`}: ${seedsText(shortened(seeds))}`);
}

function shortened(seeds: string): string {
  const stretches = seeds.split(",");
  return stretches.length <= MOST_NAMED ? seeds : `${stretches.slice(0, MOST_NAMED).join(",")},…`;
}

/** Which shards are to be started again: `shards 3, 17 of 64 (12 runs missing, 1 interrupted): the same llm-sim run with --shard 3/64 …` */
function shardLines({ shards }: BatchAnswer): Line[] {
  if (shards === undefined || shards.unfinished.length === 0) return [];
  const { of, unfinished } = shards;
  const named = unfinished.slice(0, MOST_SHARDS).map(({ shard }) => shard);
  const more = unfinished.length - named.length;
  const [first = 1] = named;
  const what = (["missing", "interrupted", "running", "failed"] as const).flatMap((status) => {
    const count = unfinished.reduce((sum, one) => sum + one[status], 0);
    return count === 0 ? [] : `${formatCount(count)} ${status}`;
  });
  return [
    below(
      `${unfinished.length === 1 ? "Shard" : "Shards"} ${named.join(",")}${more > 0 ? `, and ${formatCount(more)} more` : ""} of ${of} ${unfinished.length === 1 ? "is" : "are"} not whole (${what.join(", ")}): the same llm-sim run with --shard ${first}/${of} makes the rest of ${unfinished.length === 1 ? "it" : "the first"}.`,
    ),
  ];
}

/** Where the runs part, which is the middle, what is doubtful. */
export function partingLines(answer: BatchAnswer): Line[] {
  const { parting, no_parting, middle, farthest, gaps } = answer;
  const between =
    middle === undefined || farthest === undefined
      ? []
      : [
          text(
            `Nearest to the middle is ${middle}, farthest from it ${farthest}: llm-sim diff ${middle} ${farthest} tells how they differ.`,
          ),
        ];
  return [
    ...(parting ? [text(parting.sentence), ...(parting.by ? [below(parting.by.sentence)] : [])] : []),
    ...(no_parting === undefined ? [] : [text(no_parting)]),
    ...between,
    ...gapLines(gaps),
  ];
}

/** One line for each outcome, and below it one for each combination of settings. */
export function outcomeLines({ outcomes }: BatchAnswer): Line[] {
  return outcomes.flatMap((outcome) => {
    // Where each combination has one run, the table has said it.
    const own = outcome.by_setting?.some(({ runs }) => runs > 1) ? outcome.by_setting : [];
    return [
      text(`${outcome.outcome}: ${cameToText(outcome, outcome.kind)}`),
      ...own.map(({ settings, ...counts }) =>
        below(`${settingsText(settings)}: ${cameToText(counts, outcome.kind)}`),
      ),
      EMPTY,
    ];
  });
}

type Counts = Omit<BatchOutcomeCounts, "outcome" | "kind" | "by_setting">;

/** `held in 6 of 24 runs (turn 11 to 14, half of them by 12), never in 17, not known in 1` */
function cameToText(
  { runs, became = 0, never = 0, unknown, turns, end, values, values_left_out: rarer = 0 }: Counts,
  kind: BatchOutcomeCounts["kind"],
) {
  const notKnown = unknown === 0 ? [] : [`not known in ${formatCount(unknown)}`];
  if (kind === "variable")
    return [
      ...(end ? [`at the end ${spreadText(end)}`] : []),
      ...(values ? [`at the end ${valuesText(values, rarer, runs)}`] : []),
      ...notKnown,
    ].join(", ");
  const when = turns === undefined ? "" : ` (${turnsText(turns)})`;
  return [
    `held at a turn's end in ${formatCount(became)} of ${counted(runs, "run")}${when}`,
    ...(never === 0 ? [] : [`never in ${formatCount(never)}`]),
    ...notKnown,
  ].join(", ");
}

/** `boom in 14 of 18 runs, calm in 4` */
function valuesText(values: NonNullable<BatchOutcomeCounts["values"]>, rarer: number, all: number): string {
  const shown = values.slice(0, MOST_VALUES);
  const more = values.length - shown.length + rarer;
  return [
    ...shown.map(
      ({ value, runs }, place) =>
        `${plainText(shownValue(value))} in ${formatCount(runs)}${place === 0 ? ` of ${counted(all, "run")}` : ""}`,
    ),
    ...(more > 0 ? [counted(more, "rarer value")] : []),
  ].join(", ");
}

function turnsText({ least, p50, greatest }: Spread): string {
  return least === greatest
    ? `first in turn ${least}`
    : `first in turns ${least} to ${greatest}, half of them by ${Math.ceil(p50)}`;
}

function spreadText({ least, p10, p50, p90, greatest }: Spread): string {
  if (least === greatest) return numberText(least);
  return `${numberText(least)} to ${numberText(greatest)}, middle ${numberText(p50)}, four in five from ${numberText(p10)} to ${numberText(p90)}`;
}

/** Quantiles of the variables that differ, over turns, on one scale for each variable. */
export function bandLines(
  { variables, end_variables: chosen }: BatchAnswer,
  { paint, columns }: Screen,
): string[] {
  const shown = chosen
    .flatMap(
      ({ agent_id, variable }) =>
        variables.find((one) => one.agent_id === agent_id && one.variable === variable) ?? [],
    )
    .filter(({ bands }) => bands !== undefined)
    .slice(0, MOST_BANDS);
  const names = shown.map((variable) => plainText(nameOf(variable)));
  const width = Math.max(0, ...names.map(displayWidth));
  const lines = shown.flatMap(({ bands, end }, place) => {
    if (bands === undefined) return [];
    const all = [...bands.p10, ...bands.p50, ...bands.p90].filter((value) => value !== null);
    const range = { least: Math.min(...all), greatest: Math.max(...all) };
    const cells = Math.max(8, Math.min(SPARKLINE_CELLS, columns - width - 24));
    const rows = [
      ["90 %", bands.p90, end?.p90],
      ["half", bands.p50, end?.p50],
      ["10 %", bands.p10, end?.p10],
    ] as const;
    return rows.map(([label, values, last], row) => {
      const name = pad(row === 0 ? (names[place] ?? "") : "", width);
      const bars = sparkline(values, range, cells);
      return `${row === 0 ? paint.bold(name) : name}  ${paint.dim(label)}  ${bars}  ${last === undefined ? "" : numberText(last)}`.trimEnd();
    });
  });
  const { turns = [], runs = [] } = shown[0]?.bands ?? {};
  const first = Math.max(...runs);
  const last = runs.at(-1) ?? 0;
  const ended =
    first > last
      ? ` (a run counts until it ends: ${formatCount(first)} at most, ${formatCount(last)} at last)`
      : "";
  const head = `Over turns 0 to ${turns.at(-1)}${ended}, and at the ends:`;
  return lines.length === 0 ? [] : [paint.dim(head), ...lines, ""];
}

/** The runs, a row each, as many as a terminal is shown. */
export function runRows(answer: BatchAnswer, { paint, columns, isTerminal }: Screen): string[] {
  const { batch, runs, outcomes, end_variables: ends } = answer;
  const varied = batch.settings.filter(({ values }) => values.length > 1).map(({ path }) => path);
  const titles = shortNames(varied);
  const asked = new Set(outcomes.map(({ outcome }) => outcome));
  const all: Column<BatchRun>[] = [
    {
      title: "RUN",
      cell: ({ id }) => plainText(isTerminal ? id.replace(`${batch.id}-`, "") : id),
      isFlexible: true,
      paint: (word) => paint.bold(word),
    },
    ...varied.map(
      (path, place): Column<BatchRun> => ({
        title: plainText(titles[place] ?? path),
        cell: ({ settings }) => plainText(shownValue(settings[path])),
        align: "right",
      }),
    ),
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: (word, { status }) => paint.status(status, word),
    },
    { title: "TURNS", cell: ({ turns }) => formatCount(turns), align: "right" },
    ...outcomes.map(
      ({ outcome }, place): Column<BatchRun> => ({
        title: plainText(outcome),
        cell: (run) => outcomeText(run.outcomes[place]),
        align: "right",
      }),
    ),
    ...ends.flatMap((variable, place): Column<BatchRun>[] =>
      asked.has(nameOf(variable))
        ? []
        : [
            {
              title: plainText(nameOf(variable)),
              cell: (run) => outcomeText(run.end[place]),
              align: "right",
              expendable: 10 + place,
            },
          ],
    ),
    {
      title: "REFUSED",
      cell: ({ refusals }) => (refusals === undefined ? "" : formatCount(refusals)),
      align: "right",
      paint: (word) => paint.dim(word),
      expendable: 8,
    },
    { title: "GROUP", cell: ({ group }) => plainText(group ?? ""), expendable: 7 },
    {
      title: "ENDED BY",
      cell: ({ ended_by, unknown }) => plainText(unknown ?? ended_by ?? ""),
      paint: (word, { unknown }) => (unknown === undefined ? paint.dim(word) : paint.caution(word)),
      expendable: 9,
      maxWidth: 30,
    },
  ];
  const hasGroups = runs.some(({ group }) => group !== undefined);
  const hasRefusals = runs.some(({ refusals = 0 }) => refusals > 0);
  const kept = all.filter(
    ({ title }) => (title !== "GROUP" || hasGroups) && (title !== "REFUSED" || hasRefusals),
  );
  const shown = isTerminal ? runs.slice(0, MOST_ROWS) : runs;
  const table = new Table(kept, shown, isTerminal ? columns : Number.POSITIVE_INFINITY);
  const more = runs.length - shown.length;
  return [
    paint.bold(table.header()),
    ...shown.map((run) => table.row(run)),
    ...(more > 0 ? [paint.dim(`… and ${counted(more, "more run")}: --json has all`)] : []),
    "",
  ];
}

/** The last steps of paths, where these tell them apart. */
function shortNames(paths: readonly string[]): string[] {
  const last = paths.map((path) => readSteps(path).at(-1)?.text ?? path);
  return paths.map((path, place) => {
    const own = last[place] ?? path;
    return last.filter((one) => one === own).length > 1 ? path : own;
  });
}

function outcomeText(outcome: BatchOutcome | undefined): string {
  if (outcome === undefined || "unknown" in outcome) return "?";
  if ("never" in outcome) return "never";
  if ("value" in outcome) return plainText(shownValue(outcome.value));
  return plainText(`turn ${outcome.turn}${outcome.agent_id === undefined ? "" : ` (${outcome.agent_id})`}`);
}

function settingsText(settings: Readonly<Record<string, JsonValue>>): string {
  const paths = Object.keys(settings);
  const names = shortNames(paths);
  return paths.map((path, place) => `${names[place]} ${shownValue(settings[path])}`).join(", ");
}

function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  return typeof value === "string" ? value : valueText(value);
}

/** With as many digits as a person reads. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function nameOf({ agent_id, variable }: Pick<BatchVariable, "agent_id" | "variable">): string {
  // What a dotted name of the world's might be an agent's, is for who asks by it: here it is only read.
  return agent_id === undefined ? variable : variableText({ agent_id, variable_name: variable }, ANY_AGENTS);
}
