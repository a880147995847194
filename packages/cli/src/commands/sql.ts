import { Command, Option } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { EXIT } from "../failure/index.ts";
import { loadLake } from "../lake/index.ts";
import { existingDirectory, outputOption, resolveRun, withStoreOnDisk } from "../runs/index.ts";
import { printAnswer, queryDisk, type RunOfQuery, type SqlForm, type SqlLimits } from "../sql/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  output: string;
  store?: string;
  json: boolean;
  csv: boolean;
  maxRows: number;
  maxMegabytes: number;
  maxSeconds: number;
}

export const sqlCommand: MakeCommand = (environment) =>
  new Command("sql")
    .description(
      "ask runs a SELECT, over the tables runs, events, variables, calls and edges; on disk it is DuckDB's, and needs @duckdb/node-api",
    )
    .argument("<select>", 'the statement, as "SELECT event_type, count(*) FROM events GROUP BY 1"')
    .argument("[run...]", "the runs whose events there are (default: all)")
    .option("--max-rows <n>", "print at most so many", wholeNumber(1), 10_000)
    .option("--max-megabytes <n>", "print at most so much", wholeNumber(1), 64)
    .option("--max-seconds <n>", "give it so long", wholeNumber(1), 60)
    .option(
      "--store <address>",
      "ask a lake, clickhouse://user@host:8123/database, in ClickHouse's SQL; the password is read from CLICKHOUSE_PASSWORD",
    )
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .addOption(new Option("--csv", "print CSV, with a header").default(false, "off").conflicts("json"))
    .action((select: string, runs: string[], options: Options) => sql(environment, select, runs, options));

async function sql(
  environment: Environment,
  select: string,
  references: readonly string[],
  { output, store, json, csv, maxRows, maxMegabytes, maxSeconds }: Options,
): Promise<void> {
  const form: SqlForm = json ? "json" : csv ? "csv" : "table";
  const limits = { rows: maxRows, bytes: maxMegabytes * 1024 * 1024, seconds: maxSeconds };
  if (store !== undefined) {
    await sqlOverLake(environment, select, references, { address: store, form, limits });
    return;
  }
  existingDirectory(environment, output);
  const runs = await runsToAsk(environment, output, references);
  await environment.interruptible(async (signal) => {
    try {
      await queryDisk(select, runs, { ...limits, signal }, (answer) =>
        printAnswer(environment, answer, form, limits),
      );
    } catch (error) {
      if (!signal.aborted) throw error;
      environment.exitWith(EXIT.interrupted);
    }
  });
}

function runsToAsk(
  environment: Environment,
  output: string,
  references: readonly string[],
): Promise<RunOfQuery[]> {
  return withStoreOnDisk(environment, output, async (store) => {
    const all = await store.listRuns();
    const named: RunOfQuery[] = [];
    if (references.length === 0) {
      for (const summary of all)
        if (summary.unreadable === undefined)
          named.push({ directory: (await store.openRun(summary.id)).directory, summary });
      return named;
    }
    for (const reference of references) {
      const run = await resolveRun(environment, store, reference, output);
      named.push({ directory: run.directory, summary: await run.summary() });
    }
    return named;
  });
}

async function sqlOverLake(
  environment: Environment,
  select: string,
  runs: readonly string[],
  { address, form, limits }: { address: string; form: SqlForm; limits: SqlLimits },
): Promise<void> {
  const { openLake, queryLake } = await loadLake("sql --store");
  const lake = openLake(address, { password: environment.env.CLICKHOUSE_PASSWORD ?? "" });
  try {
    await environment.interruptible(async (signal) => {
      try {
        await queryLake(
          lake,
          select,
          runs,
          limits,
          (answer) => printAnswer(environment, answer, form, limits),
          signal,
        );
      } catch (error) {
        if (!signal.aborted) throw error;
        environment.exitWith(EXIT.interrupted);
      }
    });
  } finally {
    await lake.close();
  }
}
