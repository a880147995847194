import type { Gap } from "@llm-sim/api";
import { parseCriteria } from "@llm-sim/store";
import { WriteCheck } from "@llm-sim/store/explain";
import { Command, Option } from "commander";
import {
  callTable,
  checkRecordsState,
  csvText,
  destination,
  type ExportedRun,
  type ExportTable,
  eventLines,
  eventTable,
  exportedRuns,
  jsonText,
  replaceFile,
  stateTable,
  writeParquet,
  writeParts,
} from "../export/index.ts";
import { wrongCall } from "../failure/index.ts";
import { noStoreOption, outputOption, withRunsOnDisk } from "../runs/index.ts";
import { plainText } from "../terminal/index.ts";
import type { AskedLog } from "../view/index.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayListGaps, strictOption } from "./strict-option.ts";

const FORMATS = ["jsonl", "csv", "parquet"] as const;
const TABLES = ["events", "state", "calls"] as const;

interface Options {
  format: (typeof FORMATS)[number];
  table: (typeof TABLES)[number];
  out?: string;
  texts: boolean;
  output: string;
  strict: boolean;
}

export const exportCommand: MakeCommand = (environment) =>
  new Command("export")
    .description(
      "write runs as one table: their events, their state at the end of each turn, or their model calls",
    )
    .argument("<runs...>", "the runs")
    .addOption(new Option("--format <format>", "the file's format").choices(FORMATS).makeOptionMandatory())
    .addOption(
      new Option("--table <table>", "events; state: run, turn, agent, variable, value; or calls of models")
        .choices(TABLES)
        .default("events"),
    )
    .option("--no-texts", "leave out whatever may quote what models were asked and answered")
    .option("--out <file>", "write to this file (default: standard output)")
    .addOption(outputOption())
    .addOption(noStoreOption("the files of runs are exported"))
    .addOption(strictOption())
    .action((references: string[], options: Options) => exportRuns(environment, references, options));

async function exportRuns(
  environment: Environment,
  references: readonly string[],
  options: Options,
): Promise<void> {
  const { cwd } = environment;
  const { format, out } = options;
  if (format === "parquet" && out === undefined) {
    throw wrongCall("Parquet cannot be written to standard output: name a file with --out.");
  }
  const file = out === undefined ? undefined : destination(cwd, out);
  await withRunsOnDisk(environment, references, options.output, (logs) => {
    const asked = logs.map((log, at) => ({ reference: references[at] ?? log.id, log }));
    return write(environment, exportedRuns(asked), file, options);
  });
}

async function write(
  environment: Environment,
  runs: readonly ExportedRun[],
  file: string | undefined,
  { format, table, out, strict, texts }: Options,
): Promise<void> {
  const { stderr } = environment;
  if (table === "state") for (const { log } of runs) checkRecordsState(log.directory);
  const checks = new Map(table === "state" ? runs.map((run) => [run, new WriteCheck()]) : []);
  const rows = (): ExportTable => {
    if (table === "state") return stateTable(runs, checks, texts);
    return table === "calls" ? callTable(runs, texts) : eventTable(runs, texts);
  };
  const inJson = () => (table === "events" ? eventLines(runs, texts) : jsonText(rows()));
  const parts = format === "csv" ? csvText(rows()) : inJson();
  if (file === undefined) for await (const part of parts) await environment.stdout.write(part);
  else {
    await replaceFile(
      file,
      (path) => (format === "parquet" ? writeParquet(path, rows()) : writeParts(path, parts)),
      out,
    );
    await stderr.line(plainText(`Wrote ${out}.`));
  }
  await sayMissing(environment, runs, checks, strict);
}

/** Of all the runs; where there are several, each says of which. A table of states rests on the writes that were read. */
async function sayMissing(
  environment: Environment,
  runs: readonly ExportedRun[],
  checks: ReadonlyMap<ExportedRun, WriteCheck>,
  strict: boolean,
): Promise<void> {
  const logs: AskedLog[] = [];
  const found: Gap[] = [];
  for (const exported of runs) {
    const { run, log } = exported;
    const writes = checks.get(exported);
    const criteria = parseCriteria(writes === undefined ? {} : { event_types: ["STATE"] });
    const { answer, skipped } = await log.ask((asked) => asked.completeness(criteria, writes));
    const whose = runs.length === 1 ? "" : `${run}: `;
    found.push(...answer.gaps.map((gap) => ({ ...gap, message: `${whose}${gap.message}` })));
    logs.push({ log, skipped });
  }
  await sayListGaps(environment, logs, found, strict);
}
