import { Command } from "commander";
import { each } from "../arguments/index.ts";
import { outputOption, placeName, storeOption, withStore } from "../runs/index.ts";
import { Paint, plainText, Table } from "../terminal/index.ts";
import {
  bandLines,
  batchColumns,
  batchHeading,
  batchLines,
  outcomeLines,
  partingLines,
  runRows,
  terminalText,
} from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  outcome: string[];
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const batchCommand: MakeCommand = (environment) =>
  new Command("batch")
    .description("tell what became of the runs of a batch, and where they part; without one list the batches")
    .argument("[batch]", "the batch: its id, or how that begins")
    .option(
      "--outcome <expression>",
      'when a condition came to hold in each run, as "fish < 50", or what a variable was at the end; repeatable',
      each,
      [],
    )
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string | undefined, options: Options) =>
      reference === undefined ? list(environment, options) : tell(environment, reference, options),
    );

async function tell(environment: Environment, reference: string, options: Options): Promise<void> {
  const { stdout } = environment;
  const answer = await withStore(environment, options, async (store) =>
    store.batch(await store.resolveBatch(reference), { outcome: options.outcome }),
  );
  if (options.json) await stdout.line(JSON.stringify(answer));
  else {
    const paint = new Paint(stdout.color);
    const screen = { paint, columns: stdout.columns, isTerminal: stdout.isTerminal };
    const rows = [...bandLines(answer, screen), ...runRows(answer, screen)];
    await stdout.line(batchHeading(answer, paint));
    await stdout.write(terminalText(batchLines(answer), stdout));
    await stdout.write(`${rows.join("\n")}\n`);
    await stdout.write(terminalText([...outcomeLines(answer), ...partingLines(answer)], stdout));
  }
  await sayGaps(environment, answer.gaps, options.strict, !options.json);
}

async function list(environment: Environment, options: Options): Promise<void> {
  const { stdout, stderr, now } = environment;
  const batches = await withStore(environment, options, (store) => store.listBatches());
  if (options.json) await stdout.line(JSON.stringify({ batches }));
  else if (batches.length === 0)
    await stderr.line(
      plainText(
        `There is no batch in ${placeName(options)} yet: llm-sim run CONFIG --seeds 1..10 makes one.`,
      ),
    );
  else {
    const paint = new Paint(stdout.color);
    const columns = batchColumns(now(), paint);
    const table = new Table(columns, batches, stdout.isTerminal ? stdout.columns : Number.POSITIVE_INFINITY);
    const rows = [paint.bold(table.header()), ...batches.map((batch) => table.row(batch))];
    await stdout.write(`${rows.join("\n")}\n`);
  }
}
