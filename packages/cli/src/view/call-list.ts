import type { CallsAnswer, CallTotals, ModelCall } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import type { Output } from "../context/index.ts";
import {
  type Column,
  counted,
  formatCount,
  formatDuration,
  Paint,
  plainText,
  Table,
} from "../terminal/index.ts";
import { line, terminalText } from "./line.ts";

/** Cells of an agent's name that usually tell one from another. */
const NAMED_BY = 10;

/** The columns of a list of calls on a terminal. */
export function callColumns(paint: Paint): Column<ModelCall>[] {
  return [
    { title: "TURN", cell: ({ turn }) => formatCount(turn), align: "right" },
    { title: "WHO", cell: whoAsked, isFlexible: true, paint: (text) => paint.bold(text), maxWidth: 40 },
    { title: "PURPOSE", cell: purposeText, expendable: 1, leftOutBelow: NAMED_BY },
    { title: "MODEL", cell: modelText, expendable: 5, leftOutBelow: NAMED_BY },
    {
      title: "TRY",
      cell: ({ attempt }) => String(attempt),
      align: "right",
      expendable: 3,
      leftOutBelow: NAMED_BY,
    },
    { title: "IN", cell: ({ usage }) => tokensText(usage?.input_tokens), align: "right" },
    { title: "OUT", cell: ({ usage }) => tokensText(usage?.output_tokens), align: "right" },
    {
      title: "TIME",
      cell: ({ latency_ms }) => formatDuration(latency_ms),
      align: "right",
      expendable: 4,
      leftOutBelow: NAMED_BY,
    },
    { title: "COST", cell: ({ cost_usd }) => costText(cost_usd), align: "right" },
    {
      title: "OUTCOME",
      cell: outcomeText,
      paint: (text, { status }) => (status === "success" ? text : paint.caution(text)),
    },
    {
      title: "EVENT",
      cell: ({ event_id }) => event_id,
      paint: (text) => paint.dim(text),
      maxWidth: 26,
      expendable: 6,
      leftOutBelow: NAMED_BY,
    },
  ];
}

/** A call for a pipe, its fields between tabs; `-` stands where there is nothing. */
export function callRow(call: ModelCall): string {
  const { event_id, turn, actor, agent_id, purpose, model, attempt, usage, latency_ms, cost_usd } = call;
  const fields = [
    turn,
    agent_id ?? actor,
    purpose,
    model,
    attempt,
    usage?.input_tokens,
    usage?.output_tokens,
    latency_ms,
    cost_usd,
    outcomeText(call),
    event_id,
  ];
  return fields.map((field) => plainText(String(field ?? "-"))).join("\t");
}

/** What all calls come to, and each asker's: a row each. */
export function totalsColumns(by: string, paint: Paint): Column<AskersTotals>[] {
  const number = (
    title: string,
    cell: (row: CallTotals) => string,
    expendable?: number,
  ): Column<AskersTotals> => ({
    title,
    cell: ({ totals }) => cell(totals),
    align: "right",
    ...(expendable !== undefined && { expendable, leftOutBelow: NAMED_BY }),
  });
  return [
    { title: by, cell: ({ who }) => who, isFlexible: true, paint: (text) => paint.bold(text) },
    number("CALLS", ({ calls }) => formatCount(calls)),
    number("RETRIED", ({ retries }) => formatCount(retries), 2),
    number("FAILED", ({ failures }) => formatCount(failures), 1),
    number("IN", ({ input_tokens }) => tokensText(input_tokens)),
    number("OUT", ({ output_tokens }) => tokensText(output_tokens)),
    number("TIME", ({ latency_ms }) => formatDuration(latency_ms), 3),
    number("COST", ({ cost_usd, unpriced, calls }) => (unpriced === calls ? "-" : costText(cost_usd))),
    number("NO PRICE", ({ unpriced }) => formatCount(unpriced), 4),
  ];
}

export interface AskersTotals {
  who: string;
  totals: CallTotals;
}

export function totalsRows({ by_agent, totals }: CallsAnswer): AskersTotals[] {
  return [
    ...by_agent.map((asker) => ({ who: whoAsked(asker), totals: asker })),
    ...(by_agent.length > 1 ? [{ who: "all", totals }] : []),
  ];
}

/** `8 calls of 2 agents: 840 tokens, $0.0024; 1 call without a known price` */
export function totalsText({ totals }: Pick<CallsAnswer, "totals">): string {
  const { calls, input_tokens, output_tokens, cost_usd, unpriced, estimated } = totals;
  const notes = [
    ...(unpriced > 0 ? [`${counted(unpriced, "call")} without a known price`] : []),
    ...(estimated > 0 ? [`${counted(estimated, "call")} whose tokens were estimated`] : []),
  ];
  const money = unpriced === calls ? "" : `, ${costText(cost_usd)}`;
  const tokens = counted(input_tokens + output_tokens, "token");
  return [`${counted(calls, "call")}: ${tokens}${money}`, ...notes].join("; ");
}

/** `alice`, `engine`, `validator about alice`. */
export function whoAsked({ actor, agent_id }: Pick<ModelCall, "actor" | "agent_id">): string {
  if (actor === "agent") return plainText(agent_id ?? "?");
  return agent_id === undefined ? actor : plainText(`${actor} about ${agent_id}`);
}

function purposeText({ purpose, key }: ModelCall): string {
  return plainText(key === undefined ? purpose : `${purpose}:${key}`);
}

function modelText({ model }: ModelCall): string {
  return plainText(model);
}

/** What came of it: `ok`, `ok (fenced)`, `no_json, retried`, `network, given up`. */
export function outcomeText({ status, outcome, error_type, marks = [], broken_off_by }: ModelCall): string {
  if (status === "success") return marks.length === 0 ? "ok" : plainText(`ok (${marks.join(", ")})`);
  const what = plainText(broken_off_by ?? error_type ?? outcome);
  return status === "retry" ? `${what}, retried` : what;
}

function tokensText(tokens: number | undefined): string {
  return tokens === undefined ? "-" : formatCount(tokens);
}

function costText(usd: number | undefined): string {
  return usd === undefined ? "-" : usdText(usd);
}

/** Prints a list of calls that comes in parts: a table on a terminal, plain lines in a pipe, or JSON Lines. */
export class CallPrinter {
  readonly #stdout: Output;
  readonly #asJson: boolean;
  #table: Table<ModelCall> | undefined;

  constructor(stdout: Output, asJson: boolean) {
    this.#stdout = stdout;
    this.#asJson = asJson;
  }

  async print(calls: readonly ModelCall[]): Promise<void> {
    if (calls.length === 0) return;
    await this.#stdout.write(`${this.#rows(calls).join("\n")}\n`);
  }

  #rows(calls: readonly ModelCall[]): string[] {
    if (this.#asJson) return calls.map((call) => JSON.stringify(call));
    if (!this.#stdout.isTerminal) return calls.map(callRow);
    const paint = new Paint(this.#stdout.color);
    const isFirst = this.#table === undefined;
    this.#table ??= new Table(callColumns(paint), calls, this.#stdout.columns);
    const table = this.#table;
    const rows = calls.map((call) => table.row(call));
    return isFirst ? [paint.bold(table.header()), ...rows] : rows;
  }
}

/** What calls come to: a table by asker, in a pipe without its head, and by model where there are several. */
export function totalsLines(answer: CallsAnswer, stdout: Output): string[] {
  const paint = new Paint(stdout.color);
  const { by_model, totals } = answer;
  const askers = totalsRows(answer);
  const models = by_model.map((model) => ({ who: plainText(model.model), totals: model }));
  const parts = [
    { title: "WHO", rows: askers },
    ...(models.length > 1 ? [{ title: "MODEL", rows: models }] : []),
  ];
  if (!stdout.isTerminal)
    return parts.flatMap(({ title, rows }) => rows.map((row) => totalsRow(title.toLowerCase(), row)));
  const widths = parts.flatMap(({ rows }) => rows);
  const tables = parts.map(({ title, rows }) => {
    const table = new Table(totalsColumns(title, paint), widths, stdout.columns);
    return [paint.bold(table.header()), ...rows.map((row) => table.row(row)), ""];
  });
  return [...tables.flat(), terminalText([line("text", `${totalsText({ totals })}.`)], stdout).trimEnd()];
}

/** For a pipe, fields between tabs. */
function totalsRow(by: string, { who, totals }: AskersTotals): string {
  const { calls, retries, failures, input_tokens, output_tokens, latency_ms, cost_usd, unpriced } = totals;
  return [
    by,
    who,
    calls,
    retries,
    failures,
    input_tokens,
    output_tokens,
    latency_ms,
    cost_usd,
    unpriced,
  ].join("\t");
}
