import type { Run } from "@llm-sim/store";
import { historyLines } from "@llm-sim/store/explain";
import { Command } from "commander";
import { type TurnSpan, turnSpan } from "../arguments/index.ts";
import { printList, writeRow } from "../explanation-view/index.ts";
import { outputOption, withRun } from "../runs/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

/** Changes that are asked for at once. */
const PAGE = 2000;

interface Options {
  turns?: TurnSpan;
  output: string;
  json: boolean;
}

export const historyCommand: MakeCommand = (environment) =>
  new Command("history")
    .description("list the changes of one variable, and what brought each about")
    .argument("<run>", "the run")
    .argument("<variable>", "the variable, as price or alice.wealth")
    .option("--turns <turns>", "of these turns, as 5..10, 5.., ..10 or 5", turnSpan)
    .addOption(outputOption())
    .addOption(jsonOption("lines"))
    .action((reference: string, variable: string, options: Options) =>
      withRun(environment, reference, options.output, (run) => list(environment, run, variable, options)),
    );

async function list(
  environment: Environment,
  run: Run,
  variable: string,
  { turns, json }: Options,
): Promise<void> {
  for (let offset = 0; ; offset += PAGE) {
    const { first: turn_start, last: turn_end } = turns ?? {};
    const answer = await run.explain.history({ variable, turn_start, turn_end, limit: PAGE, offset });
    const page = answer.has_more ? { ...answer, gaps: [] } : answer;
    await printList(environment, json, {
      items: page.writes,
      row: writeRow,
      lines: historyLines(page),
      notes: page.gaps.map(({ message }) => `! ${message}`),
    });
    if (page.total === 0) await environment.stderr.line("Nothing changed it in these turns.");
    if (!page.has_more) return;
  }
}
