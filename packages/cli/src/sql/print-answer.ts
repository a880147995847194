import { csvRecord } from "@llm-sim/events/columns";
import type { CommandContext } from "../context/index.ts";
import { formatBytes, formatCount, plainText, Table } from "../terminal/index.ts";
import type { SqlAnswer, SqlLimits } from "./answer.ts";

export type SqlForm = "table" | "json" | "csv";

/** Rows by which the widths of a table's columns are settled. */
const SAMPLE = 200;

/** Prints what fits into the limits; what is left out is said on standard error. */
export async function printAnswer(
  { stdout, stderr }: CommandContext,
  { columns, rows }: SqlAnswer,
  form: SqlForm,
  limits: SqlLimits,
): Promise<void> {
  const limited = new LimitedRows(rows, columns, limits);
  if (form === "csv") await stdout.line(csvRecord(columns));
  if (form === "table") await printTable(stdout, columns, limited);
  else
    for await (const row of limited)
      await stdout.line(form === "csv" ? csvRecord(row) : jsonRow(columns, row));
  if (limited.left !== undefined) await stderr.line(limited.left);
}

async function printTable(
  stdout: CommandContext["stdout"],
  columns: readonly string[],
  rows: AsyncIterable<readonly unknown[]>,
): Promise<void> {
  const sample: (readonly unknown[])[] = [];
  let table: Table<readonly unknown[]> | undefined;
  const begin = async (): Promise<Table<readonly unknown[]>> => {
    const shown = columns.map((title, at) => ({
      title: plainText(title),
      cell: (row: readonly unknown[]) => plainText(cellText(row[at])),
      ...(sample.every((row) => row[at] === null || isNumber(row[at])) && { align: "right" as const }),
      maxWidth: stdout.isTerminal ? 60 : 200,
    }));
    const made = new Table(shown, sample, stdout.isTerminal ? stdout.columns : Number.MAX_SAFE_INTEGER);
    await stdout.line(made.header());
    for (const row of sample) await stdout.line(made.row(row));
    return made;
  };
  for await (const row of rows) {
    if (table !== undefined) await stdout.line(table.row(row));
    else if (sample.push(row) === SAMPLE) table = await begin();
  }
  if (table === undefined) await begin();
}

function jsonRow(columns: readonly string[], row: readonly unknown[]): string {
  return `{${columns.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(row[at] ?? null)}`).join(",")}}`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
}

/** As many rows as the limits let through. */
class LimitedRows implements AsyncIterable<readonly unknown[]> {
  /** What was left out, where something was. */
  left: string | undefined;
  readonly #rows: AsyncIterable<readonly unknown[]>;
  readonly #columns: readonly string[];
  readonly #limits: SqlLimits;

  constructor(rows: AsyncIterable<readonly unknown[]>, columns: readonly string[], limits: SqlLimits) {
    this.#rows = rows;
    this.#columns = columns;
    this.#limits = limits;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly unknown[], void, undefined> {
    let [count, bytes] = [0, 0];
    for await (const row of this.#rows) {
      bytes += Buffer.byteLength(jsonRow(this.#columns, row));
      if (count === this.#limits.rows) {
        this.left = `The first ${formatCount(count)} rows; there are more (--max-rows).`;
        return;
      }
      if (bytes > this.#limits.bytes) {
        this.left = `The first ${formatCount(count)} rows: more would be over ${formatBytes(this.#limits.bytes)} (--max-megabytes).`;
        return;
      }
      count++;
      yield row;
    }
  }
}
