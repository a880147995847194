import { resolve } from "node:path";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { noStoreOption, outputOption, withRunOnDisk } from "../runs/index.ts";
import { replayLines, terminalText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  output: string;
  json: boolean;
  code?: string;
}

export const replayCommand: MakeCommand = (environment) =>
  new Command("replay")
    .description(
      "run it again from its config and code, and compare; exit code 1 where it parts from its log",
    )
    .argument("<run>", "the run")
    .option("--code <dir>", "the directory of its config, where run.json does not lead to it")
    .addOption(outputOption())
    .addOption(noStoreOption("a run is played again where its files lie"))
    .addOption(jsonOption("document"))
    .action((reference: string, options: Options) => replay(environment, reference, options));

async function replay(environment: Environment, reference: string, options: Options): Promise<void> {
  const { stdout, cwd } = environment;
  const { replayRun } = await import("@llm-sim/simulation");
  const directory = await withRunOnDisk(environment, reference, options.output, async (run) => run.directory);
  const code = options.code === undefined ? undefined : resolve(cwd, options.code);
  const report = await environment.interruptible((signal) => replayRun(directory, { code, signal }));
  if (options.json) await stdout.line(JSON.stringify(report));
  else await stdout.write(terminalText(replayLines(report), stdout));
  environment.exitWith(report.same ? EXIT.done : EXIT.failed);
}
