import { basename } from "node:path";
import type { IntegrityAnswer } from "@llm-sim/api";
import { type VerifyReport, verifyRun } from "@llm-sim/events/read";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { noStoreOption, outputOption, runDirectories } from "../runs/index.ts";
import { formatCount, LiveLines, Paint } from "../terminal/index.ts";
import { reportText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  complete: boolean;
  output: string;
  json: boolean;
}

export const verifyCommand: MakeCommand = (environment) =>
  new Command("verify")
    .description("hold runs to every rule of the log; exit code 1 where one is broken")
    .argument("<runs...>", "the runs")
    .option("--complete", "exit code 1 also where events are known to be missing", false)
    .addOption(outputOption())
    .addOption(noStoreOption("the files of runs are verified"))
    .addOption(jsonOption("lines"))
    .action((references: string[], options: Options) => verify(environment, references, options));

async function verify(
  environment: Environment,
  references: readonly string[],
  options: Options,
): Promise<void> {
  const directories = await runDirectories(environment, references, options.output);
  for (const directory of directories) {
    const report = await verified(environment, directory);
    await print(environment, report, options);
    const isBad = report.result === "violation" || (options.complete && report.result === "loss");
    if (isBad) environment.exitWith(EXIT.failed);
  }
}

async function verified({ stderr }: Environment, directory: string): Promise<VerifyReport> {
  const live = new LiveLines(stderr);
  try {
    return await verifyRun(directory, {
      onProgress: ({ events, file }) =>
        live.draw(() => [`${basename(directory)}: ${formatCount(events)} events verified, now in ${file}`]),
    });
  } finally {
    live.clear();
  }
}

async function print({ stdout }: Environment, report: VerifyReport, { json }: Options): Promise<void> {
  const answer: IntegrityAnswer = report;
  if (json) await stdout.line(JSON.stringify(answer));
  else await stdout.write(`${reportText(report, new Paint(stdout.color)).join("\n")}\n`);
}
