import type { RunDetails } from "@llm-sim/api";
import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import type { Trouble, VariableSummary } from "@llm-sim/events/run";
import { EVENT_TYPES, type JsonValue } from "@llm-sim/events/schema";
import {
  type Column,
  counted,
  fit,
  formatCount,
  type Paint,
  plainText,
  SHEET_NAME_WIDTH,
  sheetField,
  Table,
} from "../terminal/index.ts";
import { type Part, partsOf, runFacts } from "./run-facts.ts";

/** Agents, troubles and variables that a terminal is shown. */
const FEW_TROUBLES = 5;
const FEW = 10;
/** Stands where there is nothing, in a pipe. */
const NONE = "-";

type Variable = Omit<VariableSummary, "points">;

/** A run on a terminal of so many columns: what is known of it field by field, then what it came to. */
export function runSheet(run: RunDetails, paint: Paint, columns: number): string[] {
  const { engine, agents, came } = partsOf(run);
  const { refusals = [], failures = [], variables = [], variables_total: total = variables.length } = run;
  const field = (name: string, lines: readonly string[]) => sheetField(name, lines, paint);
  const cut = (part: string) => fit(part, columns - SHEET_NAME_WIDTH);
  return [
    `${paint.status(run.status, run.status)}  ${paint.bold(plainText(run.id))}`,
    "",
    ...runFacts(run).flatMap(([name, text]) => field(name, [text])),
    ...field("by_type", kindLines(run, paint)),
    ...field("engine", engine ? [cut(partText(engine.type, engine.params))] : []),
    ...field("agents", agentLines(agents, run.agents, came).map(cut)),
    ...section("Refused", refusals, refusals.length, troubleColumns(), FEW_TROUBLES, paint, columns),
    ...section("Failed", failures, failures.length, troubleColumns(), FEW_TROUBLES, paint, columns),
    ...section("Variables", variables, total, variableColumns(), FEW, paint, columns),
    ...(run.variables === undefined ? ["", paint.dim(`Variables: ${whyNoVariables(run)}`)] : []),
  ];
}

/** The same for a pipe, all of it; a fact a line, what it is and its fields between tabs. */
export function runSheetRows(run: RunDetails): string[] {
  const { engine, agents, came } = partsOf(run);
  const { refusals = [], failures = [], variables = [] } = run;
  const rows: string[][] = [
    ["id", run.id],
    ...runFacts(run),
    ...kindsOf(run).map(([kind, count]) => ["by_type", kind, String(count)]),
    ...(engine ? [["engine", engine.type, engine.params || NONE]] : []),
    ...agents.map(({ name, type, params }) => ["agent", name, type, params || NONE]),
    ...(came > 0 ? [["came", String(came)]] : []),
    ...refusals.map((trouble) => ["refusal", ...cells(troubleColumns(), trouble)]),
    ...failures.map((trouble) => ["failure", ...cells(troubleColumns(), trouble)]),
    ...variables.map((variable) => ["variable", ...cells(variableColumns(), variable)]),
  ];
  return rows.map((fields) => fields.map(plainText).join("\t"));
}

function cells<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  return columns.map((column) => column.cell(row) || NONE);
}

function section<Row>(
  title: string,
  rows: readonly Row[],
  total: number,
  columns: readonly Column<Row>[],
  few: number,
  paint: Paint,
  width: number,
): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, few);
  const table = new Table(columns, shown, width - 2);
  const more = total - shown.length;
  return [
    "",
    paint.bold(title),
    ...[paint.dim(table.header()), ...shown.map((row) => table.row(row))].map((line) => `  ${line}`),
    ...(more > 0 ? [paint.dim(`  and ${formatCount(more)} more: --json lists them`)] : []),
  ];
}

function troubleColumns(): Column<Trouble>[] {
  return [
    { title: "TIMES", cell: ({ count }) => formatCount(count), align: "right" },
    { title: "AGENT", cell: ({ agent_id: agent }) => plainText(agent ?? "") },
    { title: "ACTION", cell: ({ action_type: action }) => plainText(action ?? ""), expendable: 1 },
    { title: "ERROR", cell: ({ error_type: error }) => plainText(error), expendable: 2 },
    { title: "REASON", cell: ({ reason }) => plainText(reason), isFlexible: true },
  ];
}

function variableColumns(): Column<Variable>[] {
  const value = (one: JsonValue | undefined) => (one === undefined ? "" : plainText(JSON.stringify(one)));
  return [
    {
      title: "VARIABLE",
      cell: ({ agent_id, variable }) =>
        plainText(variableText({ agent_id, variable_name: variable }, ANY_AGENTS)),
      isFlexible: true,
    },
    { title: "FIRST", cell: ({ first }) => value(first), align: "right", maxWidth: 18 },
    {
      title: "LAST",
      cell: ({ last, gone }) => (gone === undefined ? value(last) : `gone in turn ${gone}`),
      align: "right",
      maxWidth: 18,
    },
    { title: "LEAST", cell: ({ least }) => value(least), align: "right", expendable: 1, leftOutBelow: 12 },
    {
      title: "GREATEST",
      cell: ({ greatest }) => value(greatest),
      align: "right",
      expendable: 2,
      leftOutBelow: 12,
    },
  ];
}

function kindsOf({ by_type: byType }: RunDetails): [kind: (typeof EVENT_TYPES)[number], count: number][] {
  return EVENT_TYPES.flatMap((kind) => {
    const count = byType[kind] ?? 0;
    return count > 0 ? [[kind, count]] : [];
  });
}

function kindLines(run: RunDetails, paint: Paint): string[] {
  const kinds = kindsOf(run);
  const width = Math.max(0, ...kinds.map(([, count]) => formatCount(count).length));
  return kinds.map(([kind, count]) => `${formatCount(count).padStart(width)}  ${paint.kind(kind, kind)}`);
}

/** The config's entries, or how many there are where no config tells; and how many came later. */
function agentLines(agents: readonly Part[], count: number, came: number): string[] {
  if (agents.length === 0) return [counted(count, "agent")];
  const width = Math.max(...agents.slice(0, FEW).map(({ name }) => name.length));
  const lines = agents
    .slice(0, FEW)
    .map(({ name, type, params }) => partText(`${name.padEnd(width)}  ${type}`, params));
  const more = agents.length - lines.length;
  if (more > 0) lines.push(`and ${formatCount(more)} more`);
  if (came > 0) lines.push(`and ${formatCount(came)} that came while it ran`);
  return lines;
}

function partText(type: string, params: string): string {
  return params === "" || params === "{}" ? type : `${type}  ${params}`;
}

function whyNoVariables({ id, status, summary_problem: problem }: RunDetails): string {
  if (status === "running") return "summary.json tells them when the run has ended.";
  if (problem !== undefined) return `${problem}.`;
  return `there is no summary.json; llm-sim state ${plainText(id)} reads them from the log.`;
}
