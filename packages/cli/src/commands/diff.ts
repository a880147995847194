import { compareRuns } from "@llm-sim/store/explain";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { outputOption, storeOption, withRuns } from "../runs/index.ts";
import { compareLines, terminalText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const diffCommand: MakeCommand = (environment) =>
  new Command("diff")
    .description("tell where two runs part ways; exit code 1 where they do")
    .argument("<run-a>", "the run on the left, its lines marked -")
    .argument("<run-b>", "the run on the right, its lines marked +")
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((a: string, b: string, options: Options) => diff(environment, a, b, options));

async function diff(environment: Environment, a: string, b: string, options: Options): Promise<void> {
  const { stdout } = environment;
  const answer = await withRuns(environment, [a, b], options, async ([left, right]) => {
    if (left === undefined || right === undefined) throw new TypeError("Two runs are compared.");
    return compareRuns(left.explain, right.explain);
  });
  if (options.json) await stdout.line(JSON.stringify(answer));
  else await stdout.write(terminalText(compareLines(answer), stdout));
  environment.exitWith(answer.equal ? EXIT.done : EXIT.failed);
  await sayGaps(environment, answer.gaps, options.strict, stdout.isTerminal && !options.json);
}
