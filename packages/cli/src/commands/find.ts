import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { formatCount } from "../terminal/index.ts";
import { findLines, type Line, momentRow, printList, text } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

interface Options {
  limit: number;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const findCommand: MakeCommand = (environment) =>
  new Command("find")
    .description("list the moments at which a condition on the state became true")
    .argument("<run>", "the run")
    .argument("<expression>", 'the condition, as "*.wealth < 0 and turn > 3"')
    .option("--limit <n>", `at most so many, up to ${MAX_LIMIT}`, wholeNumber(1, MAX_LIMIT), DEFAULT_LIMIT)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, expression: string, options: Options) =>
      withRun(environment, reference, options, (run) => find(environment, run, expression, options)),
    );

async function find(
  environment: Environment,
  run: Run,
  expression: string,
  { limit, json, strict }: Options,
): Promise<void> {
  const answer = await run.explain.find({ expression, limit });
  const { moments, total, has_more, gaps } = answer;
  const notes: Line[] = [];
  if (total === 0) notes.push(text(`${expression} never became true.`));
  if (has_more) notes.push(text(`${moments.length} of ${formatCount(total)} moments; --limit N shows more.`));
  await printList(environment, json, { items: moments, row: momentRow, lines: findLines(answer), notes });
  await sayGaps(environment, gaps, strict, environment.stdout.isTerminal && !json);
}
