import { MAX_WHY_DEPTH } from "@llm-sim/api";
import { eventIdSchema } from "@llm-sim/events/schema";
import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { terminalText, whyLines } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  turn?: number;
  since?: number;
  depth?: number;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const whyCommand: MakeCommand = (environment) =>
  new Command("why")
    .description("tell why a variable has its value, or why an event happened")
    .argument("<run>", "the run")
    .argument("<subject>", "a variable, as price or alice.wealth, or an event's id")
    .option("--turn <n>", "the value at the end of this turn (default: now)", wholeNumber(0))
    .option(
      "--since <n>",
      "begin the ledger of a number at the end of this turn (default: 0)",
      wholeNumber(0),
    )
    .option(
      "--depth <n>",
      `everything up to so many steps back, 1 to ${MAX_WHY_DEPTH} (default: what explains it)`,
      wholeNumber(1, MAX_WHY_DEPTH),
    )
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string, subject: string, options: Options) =>
      withRun(environment, reference, options, (run) => tell(environment, run, subject, options)),
    );

async function tell(environment: Environment, run: Run, subject: string, options: Options): Promise<void> {
  const { stdout } = environment;
  const { turn, since, depth, json } = options;
  const about = eventIdSchema.safeParse(subject).success ? { event_id: subject } : { variable: subject };
  const answer = await run.explain.why({ ...about, turn, since, depth });
  if (json) await stdout.line(JSON.stringify(answer));
  else await stdout.write(terminalText(whyLines(answer), stdout));
  await sayGaps(environment, answer.gaps, options.strict, stdout.isTerminal && !json);
}
