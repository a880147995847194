import type { RunSummary } from "@llm-sim/api";
import { Command } from "commander";
import { wrongCall } from "../failure/index.ts";
import { DEFAULT_OUTPUT, placeName, storeOption, withStore } from "../runs/index.ts";
import { Paint, plainText, Table } from "../terminal/index.ts";
import { foldBatches, runColumns, runFields } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  output: string;
  store?: string;
  json: boolean;
}

export const lsCommand: MakeCommand = (environment) =>
  new Command("ls")
    .description("list the runs, newest first; on a terminal those of a batch in one row")
    .argument("[dir]", `where runs lie (default: ./${DEFAULT_OUTPUT})`)
    .option("--output <dir>", "the same as [dir]", DEFAULT_OUTPUT)
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .action((directory: string | undefined, options: Options) => {
      if (directory !== undefined && options.store !== undefined)
        throw wrongCall(`List ${directory}, or the lake that --store names: not both.`);
      return ls(environment, { ...options, output: directory ?? options.output });
    });

async function ls(environment: Environment, options: Options): Promise<void> {
  const { stdout, stderr } = environment;
  const { json } = options;
  const runs = await withStore(environment, options, (store) => store.listRuns());
  if (runs.length === 0)
    await stderr.line(
      plainText(`There is no run in ${placeName(options)} yet: llm-sim run CONFIG makes one.`),
    );
  else if (json) await stdout.write(runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  else if (stdout.isTerminal) await stdout.write(listOnTerminal(runs, environment));
  else await stdout.write(runs.map((run) => `${runFields(run)}\n`).join(""));
  for (const { id, unreadable, summary_problem: problem } of runs) {
    if (unreadable !== undefined) await stderr.line(plainText(`${id}: ${unreadable}`));
    if (problem !== undefined) await stderr.line(plainText(`${id}: ${problem}`));
  }
}

function listOnTerminal(all: readonly RunSummary[], { stdout, now }: Environment): string {
  const runs = foldBatches(all);
  const paint = new Paint(stdout.color);
  const table = new Table(runColumns(now(), paint, runs), runs, stdout.columns);
  return [paint.bold(table.header()), ...runs.map((run) => table.row(run)), ""].join("\n");
}
