import { join, resolve } from "node:path";
import type { Override } from "@llm-sim/simulation";
import { Command } from "commander";
import { each, wholeNumber } from "../arguments/index.ts";
import { wrongCall } from "../failure/index.ts";
import { showRun } from "../running/index.ts";
import { noStoreOption, outputOption, withRunOnDisk } from "../runs/index.ts";
import { plainText } from "../terminal/index.ts";
import { exitAfter } from "./exit-after.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { settingsOf } from "./settings.ts";

interface Options {
  output: string;
  quiet: boolean;
  json: boolean;
  code?: string;
  turns?: number;
  set: string[];
}

export const resumeCommand: MakeCommand = (environment) =>
  new Command("resume")
    .description("go on with a run that was cut off: nothing that a model has answered is asked again")
    .argument("<run>", "the run")
    .option(
      "--turns <n>",
      "how many turns there are to be, where that is more than were planned",
      wholeNumber(1),
    )
    .option(
      "--set <path=value>",
      "a setting of the config, as llm.budget.tokens=500000; repeatable",
      each,
      [],
    )
    .option("--code <dir>", "the directory of its config, where run.json does not lead to it")
    .option("--quiet", "print nothing but errors", false)
    .addOption(outputOption())
    .addOption(noStoreOption("a run is gone on with where its files lie"))
    .addOption(jsonOption("document"))
    .action((reference: string, options: Options) => resume(environment, reference, options));

async function resume(environment: Environment, reference: string, options: Options): Promise<void> {
  const { output, turns } = options;
  const { resumeRun } = await import("@llm-sim/simulation");
  const directory = await withRunOnDisk(environment, reference, output, async (run) => run.directory);
  const code = options.code === undefined ? undefined : resolve(environment.cwd, options.code);
  const overrides = await overridesOf(options.set);
  const result = await showRun(environment, options, (shown) =>
    resumeRun(directory, { code, turns, overrides, ...shown }),
  );
  const { after_turn, set_aside } = result.resumed;
  const aside = set_aside === undefined ? "" : `; what stood behind it is in ${join(directory, set_aside)}`;
  if (!options.quiet) await environment.stderr.line(plainText(`Resumed after turn ${after_turn}${aside}`));
  exitAfter(environment, result);
}

/** A run has one value of each setting. */
async function overridesOf(texts: readonly string[]): Promise<Override[]> {
  const settings = await settingsOf(texts);
  return settings.map(({ path, values: [value, ...others] }, index) => {
    if (value === undefined || others.length > 0)
      throw wrongCall(
        `--set ${texts[index]}: a run has one value of a setting; several are for llm-sim run.`,
      );
    return { path, value, source: `--set ${texts[index]}` };
  });
}
