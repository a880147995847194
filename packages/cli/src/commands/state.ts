import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { stateLines, stateRows, terminalText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

interface Options {
  turn?: number;
  event?: string;
  agent?: string;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const stateCommand: MakeCommand = (environment) =>
  new Command("state")
    .description("print every variable as it was at a moment")
    .argument("<run>", "the run")
    .option("--turn <n>", "at the end of this turn, 0 for the set-up (default: now)", wholeNumber(0))
    .option("--event <event-id>", "just after this event")
    .option("--agent <id>", "of this agent alone, with what it remembers")
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string, options: Options) =>
      withRun(environment, reference, options, (run) => print(environment, run, options)),
    );

async function print(environment: Environment, run: Run, options: Options): Promise<void> {
  const { stdout } = environment;
  const answer = await run.explain.state({
    turn: options.turn,
    event_id: options.event,
    agent_id: options.agent,
  });
  if (options.json) await stdout.line(JSON.stringify(answer));
  else if (stdout.isTerminal) await stdout.write(terminalText(stateLines(answer, options.agent), stdout));
  else await stdout.write(`${stateRows(answer, options.agent).join("\n")}\n`);
  await sayGaps(environment, answer.gaps, options.strict, stdout.isTerminal && !options.json);
}
