import { Command } from "commander";
import { EXIT, wrongCall } from "../failure/index.ts";
import { type MeantRun, type Removal, removeRuns, runsToRemove } from "../removing/index.ts";
import { noStoreOption, outputOption } from "../runs/index.ts";
import { counted, formatBytes, plainText } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

/** How many runs a question names. */
const NAMED = 3;

interface Options {
  output: string;
  json: boolean;
  yes: boolean;
}

export const rmCommand: MakeCommand = (environment) =>
  new Command("rm")
    .description("remove runs, or all runs of a batch, with everything that lies in them; asks before")
    .argument("<runs...>", "the runs, and batches by their ids")
    .option("--yes", "do not ask", false)
    .addOption(outputOption())
    .addOption(noStoreOption("the files of runs are removed"))
    .addOption(jsonOption("document"))
    .action((references: string[], options: Options) => rm(environment, references, options));

async function rm(environment: Environment, references: readonly string[], options: Options): Promise<void> {
  const { stdout, stderr } = environment;
  const removal = await runsToRemove(environment, references, options.output);
  if (!options.yes && !(await isWanted(environment, removal, options))) {
    await stderr.line("Nothing was removed.");
    return;
  }
  const removed = await environment.interruptible((signal) => removeRuns(removal, signal));
  const isAll = removed.length === removal.runs.length;
  const bytes = bytesOf(removed);
  if (options.json) {
    const runs = removed.map(({ id, bytes: own }) => ({ id, bytes: own }));
    await stdout.line(JSON.stringify({ removed: runs, batches: isAll ? removal.batches : [], bytes }));
  } else await stdout.line(`removed ${counted(removed.length, "run")}, ${formatBytes(bytes)} freed`);
  if (isAll) return;
  const left = removal.runs.length - removed.length;
  await stderr.line(`Interrupted: ${counted(left, "run")} of those that were meant are there still.`);
  environment.exitWith(EXIT.interrupted);
}

function bytesOf(runs: readonly MeantRun[]): number {
  return runs.reduce((sum, run) => sum + run.bytes, 0);
}

async function isWanted(
  environment: Environment,
  { runs, batches }: Removal,
  { output, json }: Options,
): Promise<boolean> {
  const named = runs.slice(0, NAMED).map(({ id }) => id);
  const names = batches.length > 0 ? `all of ${batches.join(", ")}` : named.join(", ");
  const more = batches.length === 0 && runs.length > NAMED ? ", …" : "";
  const what = plainText(
    `${counted(runs.length, "run")} in ${output} (${names}${more}), ${formatBytes(bytesOf(runs))}`,
  );
  const answer = json ? undefined : await environment.confirm(`Remove ${what}, for good? [y/N] `);
  if (answer === undefined)
    throw wrongCall(`${what} would be removed for good, and nobody is there to be asked: say --yes.`);
  return answer;
}
