import { Command } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { decisionRow, line, printList, widestLines } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  horizon: number;
  limit: number;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const widestCommand: MakeCommand = (environment) =>
  new Command("widest")
    .description("list the decisions that most followed from")
    .argument("<run>", "the run")
    .option("--horizon <n>", "count effects up to so many turns later, 0 to 20", wholeNumber(0, 20), 3)
    .option("--limit <n>", "how many decisions, 1 to 100", wholeNumber(1, 100), 10)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, { output, store, json, strict, horizon, limit }: Options) =>
      withRun(environment, reference, { output, store }, async (run) => {
        const answer = await run.explain.widest({ horizon, limit });
        await printList(environment, json, {
          items: answer.decisions,
          row: decisionRow,
          lines: widestLines(answer),
          notes: answer.truncated
            ? [line("gap", "Turns were so long that not all of their effects were counted.")]
            : [],
        });
        await sayGaps(environment, answer.gaps, strict, environment.stdout.isTerminal && !json);
      }),
    );
