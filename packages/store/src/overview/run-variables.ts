import { statSync } from "node:fs";
import { join } from "node:path";
import {
  type Completeness,
  completenessOf,
  type Gap,
  MAX_POINT_TEXT,
  type VariablesAnswer,
  type variablesQuerySchema,
} from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import {
  isBeingWritten,
  readSummary,
  SUMMARY_FILE,
  type SummaryFile,
  type VariableSummary,
} from "@llm-sim/events/run";
import { EVENT_TYPES, type JsonValue } from "@llm-sim/events/schema";
import { isStateNotRecorded, type Recording, requireState } from "../explain/recording/index.ts";
import { now } from "../explain/rows/index.ts";
import type { Parsed } from "../parsed.ts";
import type { RunView } from "../reader/index.ts";
import { NO_AGENT, type RunIndex } from "../run-index/index.ts";
import { evenly } from "./evenly.ts";
import { LogCurves } from "./log-curves.ts";

type VariablesQuery = Parsed<typeof variablesQuerySchema>;

interface Known extends Pick<VariablesAnswer, "from" | "turns" | "left_out">, Completeness {
  variables: readonly VariableSummary[];
}

/** What is kept of a run's variables from question to question. */
export class RunVariables {
  readonly #directory: string;
  #summary: { of: string; file: SummaryFile | undefined } | undefined;
  /** Gone with its index. */
  readonly #logs = new WeakMap<RunIndex, LogCurves>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What became of each variable, a page of them. Throws StaleIndex. */
  async list(
    view: RunView,
    recording: Recording,
    query: VariablesQuery,
    signal?: AbortSignal,
  ): Promise<VariablesAnswer> {
    const summary = this.#readSummary();
    if (summary !== undefined) return variablesInSummary(view, summary, query);
    const log = this.#logs.get(view.index) ?? new LogCurves();
    this.#logs.set(view.index, log);
    return variablesInLog(view, recording, log, query, signal, () => log.extend(view, signal));
  }

  /** `undefined` while the run goes on: what is there then is of a session before. */
  #readSummary(): SummaryFile | undefined {
    if (isBeingWritten(this.#directory)) return undefined;
    const file = statSync(join(this.#directory, SUMMARY_FILE), { throwIfNoEntry: false });
    if (file === undefined) return undefined;
    const of = `${file.ino} ${file.size} ${file.mtimeMs}`;
    if (this.#summary?.of !== of) {
      const read = readSummary(this.#directory);
      this.#summary = { of, file: read && "summary" in read ? read.summary : undefined };
    }
    return this.#summary.file;
  }
}

/** As a run that is over tells of them. */
export function variablesInSummary(
  view: RunView,
  { variables, turns, variables_left_out: left_out }: SummaryFile,
  query: VariablesQuery,
): VariablesAnswer {
  return pageOf(view, { from: "summary", variables, turns, left_out, ...completenessOf([]) }, query);
}

/**
 * As the log tells of them. Throws StaleIndex.
 *
 * @param extend takes the log's events in, where there are any to take
 */
export async function variablesInLog(
  view: RunView,
  recording: Recording,
  log: LogCurves,
  query: VariablesQuery,
  signal?: AbortSignal,
  extend?: () => Promise<void>,
): Promise<VariablesAnswer> {
  const turns = now(view).turn;
  const unrecorded = whyNoState(view, recording);
  if (unrecorded !== undefined)
    return pageOf(view, { from: "none", variables: [], turns, ...completenessOf([unrecorded]) }, query);
  await extend?.();
  const variables = await log.variables(view, turns, signal);
  return pageOf(view, { from: "log", variables, turns, ...completenessOf(log.gaps(view, recording)) }, query);
}

function pageOf(
  view: RunView,
  { variables, from, turns, left_out, gaps }: Known,
  { q, agent_id, points, limit, offset }: VariablesQuery,
): VariablesAnswer {
  const wanted = q.toLowerCase();
  const isWanted = ({ agent_id: agent, variable }: VariableSummary) =>
    (agent_id === undefined || agent === agent_id) &&
    (wanted === "" ||
      variableText({ agent_id: agent, variable_name: variable }, view.agents).toLowerCase().includes(wanted));
  const all = wanted === "" && agent_id === undefined ? variables : variables.filter(isWanted);
  const page = all.slice(offset, offset + limit);
  return {
    simulation_id: view.id,
    from,
    turns,
    variables: page.map((variable) => withCurve(variable, points, turns)),
    total: all.length,
    has_more: offset + page.length < all.length,
    ...(left_out !== undefined && { left_out }),
    ...completenessOf(gaps),
  };
}

const STATE = EVENT_TYPES.indexOf("STATE");

/** Why the log tells nothing of variables. */
function whyNoState(view: RunView, recording: Recording): Gap | undefined {
  if (view.index.rowsOf(NO_AGENT, STATE).length > 0) return undefined;
  try {
    requireState(view, recording, "verbosity");
    return undefined;
  } catch (error) {
    if (!isStateNotRecorded(error)) return undefined;
    return {
      kind: "verbosity",
      message: `${error.message.replace(/:.*$/, "")}, and has no summary.json: what became of its variables is not known.`,
      needed_verbosity: "STATE",
      needed: "the end of the run, which writes summary.json, or verbosity STATE",
    };
  }
}

function withCurve(variable: VariableSummary, most: number, turns: number): VariableSummary {
  const { points, ...rest } = variable;
  if (points === undefined || most === 0 || !points.every(([, value]) => isDrawable(value))) return rest;
  return { ...rest, points: evenly(points, most, turns) };
}

function isDrawable(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.length <= MAX_POINT_TEXT;
  return typeof value !== "object" || value === null;
}
