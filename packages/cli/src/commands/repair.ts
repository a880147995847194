import { type Repair, repairRun } from "@llm-sim/events";
import { Command } from "commander";
import { noStoreOption, outputOption, withRunOnDisk } from "../runs/index.ts";
import { counted, Paint } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  output: string;
  json: boolean;
  takeOver: boolean;
}

export const repairCommand: MakeCommand = (environment) =>
  new Command("repair")
    .description("end a run whose writer died: set a torn last line aside, count again, say so in the log")
    .argument("<run>", "the run")
    .option(
      "--take-over",
      "also from a writer on another host that gave no sign for a minute: say so where you know that it has ended",
      false,
    )
    .addOption(outputOption())
    .addOption(noStoreOption("the files of a run are repaired"))
    .addOption(jsonOption("document"))
    .action(async (reference: string, options: Options) => {
      const directory = await withRunOnDisk(
        environment,
        reference,
        options.output,
        async (run) => run.directory,
      );
      await print(environment, await repairRun(directory, options), options);
    });

async function print({ stdout }: Environment, repair: Repair, { json }: Options): Promise<void> {
  const { simulation_id, repaired, written } = repair;
  const paint = new Paint(stdout.color);
  const verdict = repaired ? paint.caution("repaired") : paint.good("nothing to repair");
  await stdout.line(
    json ? JSON.stringify(repair) : `${paint.bold(simulation_id)}: ${verdict} (${counted(written, "event")})`,
  );
}
