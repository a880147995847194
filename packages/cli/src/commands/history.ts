import type { Gap } from "@llm-sim/api";
import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { type TurnSpan, turnSpan } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { historyLines, printList, writeRow } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

/** Changes that are asked for at once. */
const PAGE = 2000;

interface Options {
  turns?: TurnSpan;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const historyCommand: MakeCommand = (environment) =>
  new Command("history")
    .description("list the changes of one variable, and what brought each about")
    .argument("<run>", "the run")
    .argument("<variable>", "the variable, as price or alice.wealth")
    .option("--turns <turns>", "of these turns, as 5..10, 5.., ..10 or 5", turnSpan)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, variable: string, options: Options) =>
      withRun(environment, reference, options, (run) => list(environment, run, variable, options)),
    );

async function list(
  environment: Environment,
  run: Run,
  variable: string,
  { turns, json, strict }: Options,
): Promise<void> {
  const gaps = new Map<string, Gap>();
  for (let offset = 0; ; offset += PAGE) {
    const { first: turn_start, last: turn_end } = turns ?? {};
    const answer = await run.explain.history({ variable, turn_start, turn_end, limit: PAGE, offset });
    for (const gap of answer.gaps) gaps.set(JSON.stringify(gap), gap);
    const page = { ...answer, gaps: answer.has_more ? [] : [...gaps.values()] };
    await printList(environment, json, {
      items: page.writes,
      row: writeRow,
      lines: historyLines(page),
      notes: [],
    });
    if (page.total === 0) await environment.stderr.line("Nothing changed it in these turns.");
    if (page.has_more) continue;
    await sayGaps(environment, page.gaps, strict, environment.stdout.isTerminal && !json);
    return;
  }
}
