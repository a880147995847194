import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { EventPrinter } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayRunGaps, strictOption } from "./strict-option.ts";

/** As tail(1). */
const LAST = 10;

interface Options {
  follow: boolean;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const tailCommand: MakeCommand = (environment) =>
  new Command("tail")
    .description(`print a run's last ${LAST} events, and with --follow the coming ones until it ends`)
    .argument("<run>", "the run")
    .option("-f, --follow", "go on until the run ends", false)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, options: Options) =>
      withRun(environment, reference, options, (run) => tail(environment, run, options)),
    );

async function tail(environment: Environment, run: Run, { follow, json, strict }: Options): Promise<void> {
  const printer = new EventPrinter(environment.stdout, json, async () => (await run.summary()).start_time);
  const last = await run.lastEvents(LAST);
  await printer.print(last.map(({ line }) => line));
  if (!follow) {
    await sayRunGaps(environment, run, strict);
    return;
  }
  const after = last.at(-1)?.event_id;
  await environment.interruptible(async (signal) => {
    const coming = run.subscribe({ signal, ...(after !== undefined && { after }) });
    for await (const { line } of coming) await printer.print([line]);
    await sayRunGaps(environment, run, strict);
    if (signal.aborted) environment.exitWith(EXIT.interrupted);
  });
}
