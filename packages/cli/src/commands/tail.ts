import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { EventPrinter } from "../event-view/index.ts";
import { EXIT } from "../failure/index.ts";
import { outputOption, withRun } from "../runs/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

/** As tail(1). */
const LAST = 10;

interface Options {
  follow: boolean;
  output: string;
  json: boolean;
}

export const tailCommand: MakeCommand = (environment) =>
  new Command("tail")
    .description(`print a run's last ${LAST} events, and with --follow the coming ones until it ends`)
    .argument("<run>", "the run")
    .option("-f, --follow", "go on until the run ends", false)
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .action((reference: string, options: Options) =>
      withRun(environment, reference, options.output, (run) => tail(environment, run, options)),
    );

async function tail(environment: Environment, run: Run, { follow, json }: Options): Promise<void> {
  const printer = new EventPrinter(environment.stdout, json, async () => (await run.summary()).start_time);
  const { total } = await run.query({ limit: 1 });
  const last = await run.query({ limit: LAST, offset: Math.max(0, total - LAST) });
  await printer.print(last.lines);
  if (!follow) return;
  const shown = new Set(last.events().map(({ event_id }) => event_id));
  const lastId = [...shown].at(-1);
  await environment.interruptible(async (signal) => {
    const coming = run.subscribe({ signal, ...(lastId !== undefined && { after: lastId }) });
    for await (const { event_id, line } of coming) {
      // The last by time need not be the last of the log, where its lines are not in the order of their times.
      if (!shown.delete(event_id)) await printer.print([line]);
    }
    if (signal.aborted) environment.exitWith(EXIT.interrupted);
  });
}
