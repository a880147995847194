import { type CallsAnswer, type CallsQuery, MAX_CALLS } from "@llm-sim/api";
import { SYSTEM_STATUSES, type SystemStatus } from "@llm-sim/events/schema";
import type { Run } from "@llm-sim/store";
import { Command, Option } from "commander";
import { agentIds, type TurnSpan, turnSpan, wholeNumber } from "../arguments/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { formatCount, plainText } from "../terminal/index.ts";
import { CallPrinter, totalsLines, totalsText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, strictOption } from "./strict-option.ts";

/** As many as a person may want to look through; programs get all. */
const TERMINAL_LIMIT = 1000;
/** Calls that are asked for at once. */
const PAGE = 2000;

interface Options {
  agent?: string[];
  turns?: TurnSpan;
  purpose?: string;
  model?: string;
  status?: SystemStatus;
  limit?: number;
  totals: boolean;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const callsCommand: MakeCommand = (environment) =>
  new Command("calls")
    .description("list what language models were asked: tokens, time, cost, and what came of it")
    .argument("<run>", "the run")
    .option("--agent <id>", "by this agent, or about it; repeatable", agentIds)
    .option("--turns <turns>", "of these turns, as 5..10, 5.., ..10 or 5", turnSpan)
    .option("--purpose <purpose>", "for this purpose, as offer")
    .option("--model <model>", "of this model, asked for or answering")
    .addOption(new Option("--status <status>", "with this end").choices(SYSTEM_STATUSES))
    .option("--limit <n>", `at most so many (default: all; ${TERMINAL_LIMIT} on a terminal)`, wholeNumber(1))
    .option("--totals", "only what they come to, by agent and by model", false)
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, options: Options) =>
      withRun(environment, reference, options, (run) =>
        options.totals ? printTotals(environment, run, options) : printCalls(environment, run, options),
      ),
    );

function queryOf({ agent, turns, purpose, model, status }: Options): CallsQuery {
  return {
    agent_ids: agent,
    turn_start: turns?.first,
    turn_end: turns?.last,
    purpose,
    model,
    status: status && [status],
  };
}

async function printCalls(environment: Environment, run: Run, options: Options): Promise<void> {
  const { stdout, stderr } = environment;
  const { json, strict } = options;
  const printer = new CallPrinter(stdout, json);
  let left = options.limit ?? (stdout.isTerminal && !json ? TERMINAL_LIMIT : Number.POSITIVE_INFINITY);
  let cursor: string | undefined;
  for (;;) {
    const answer = await run.calls({ ...queryOf(options), limit: Math.min(left, PAGE, MAX_CALLS), cursor });
    await printer.print(answer.calls);
    left -= answer.calls.length;
    cursor = answer.next_cursor ?? undefined;
    if (cursor !== undefined && left > 0) continue;
    await sayHints(environment, answer);
    if (answer.has_more && options.limit === undefined)
      await stderr.line(
        `${formatCount(TERMINAL_LIMIT)} of ${formatCount(answer.total)} calls; --limit N shows more, a filter fewer.`,
      );
    if (answer.total > 0 && stdout.isTerminal && !json)
      await stdout.write(["", ...totalsLines(answer, stdout), ""].join("\n"));
    else if (answer.total > 0 && !json) await stderr.line(`${totalsText(answer)}.`);
    await sayGaps(environment, answer.gaps, strict);
    return;
  }
}

async function printTotals(environment: Environment, run: Run, options: Options): Promise<void> {
  const { stdout } = environment;
  const answer = await run.calls({ ...queryOf(options), limit: 1 });
  const { totals, by_agent, by_model, complete, gaps } = answer;
  if (options.json) await stdout.line(JSON.stringify({ totals, by_agent, by_model, complete, gaps }));
  else if (answer.total > 0) await stdout.write(`${totalsLines(answer, stdout).join("\n")}\n`);
  await sayHints(environment, answer);
  await sayGaps(environment, gaps, options.strict);
}

async function sayHints({ stderr }: Environment, { hints, total }: CallsAnswer): Promise<void> {
  for (const hint of hints ?? [])
    await stderr.line(plainText(`${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`));
  if (total === 0 && hints === undefined) await stderr.line("No model call matches.");
}
