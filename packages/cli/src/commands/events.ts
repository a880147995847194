import type { EventCriteria } from "@llm-sim/api";
import {
  type EventType,
  MAX_LIMIT,
  parseTimestamp,
  SEARCHED_PARTS,
  type SearchedPart,
} from "@llm-sim/events/schema";
import { type ParsedFilter, parseFilter, type Run, withoutPages } from "@llm-sim/store";
import { Command, Option } from "commander";
import { agentIds, eventKinds, moment, type TurnSpan, turnSpan, wholeNumber } from "../arguments/index.ts";
import { wrongCall } from "../failure/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { formatCount, LiveLines, plainText } from "../terminal/index.ts";
import { EventPrinter } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayListGaps, strictOption } from "./strict-option.ts";

/** As many as a person may want to look through; programs get all. */
const TERMINAL_LIMIT = 1000;
/** Events that are asked for at once. */
const PAGE = 2000;

interface Options {
  type?: EventType[];
  agent?: string[];
  involving?: string[];
  turns?: TurnSpan;
  text?: string;
  in: SearchedPart;
  since?: string;
  until?: string;
  limit?: number;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const eventsCommand: MakeCommand = (environment) =>
  new Command("events")
    .description("list a run's events; filters combine, the values of one are alternatives")
    .argument("<run>", "the run")
    .option("--type <kind>", "of this kind, as ACTION; repeatable", eventKinds)
    .option("--agent <id>", "of this agent; repeatable", agentIds)
    .option("--involving <id>", "of this agent, with it taking part, or about it; repeatable", agentIds)
    .option("--turns <turns>", "of these turns, as 5..10, 5.., ..10 or 5", turnSpan)
    .option(
      "--text <text>",
      "with this text in it, whatever its case, or in what a model was asked or answered for it",
    )
    .addOption(
      new Option("--in <part>", "where --text is looked for")
        .choices(SEARCHED_PARTS)
        .default("payload", "payload: anywhere, prompts and answers too"),
    )
    .option("--since <time>", "at or after this ISO 8601 time", moment)
    .option("--until <time>", "at or before this ISO 8601 time", moment)
    .option("--limit <n>", `at most so many (default: all; ${TERMINAL_LIMIT} on a terminal)`, wholeNumber(1))
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("lines"))
    .addOption(strictOption())
    .action((reference: string, options: Options) =>
      withRun(environment, reference, options, (run) => printEvents(environment, run, options)),
    );

async function printEvents(environment: Environment, run: Run, options: Options): Promise<void> {
  const { stdout, stderr } = environment;
  const limit = options.limit ?? (stdout.isTerminal && !options.json ? TERMINAL_LIMIT : undefined);
  const printer = new EventPrinter(stdout, options.json, async () => (await run.summary()).start_time);
  const filter = parseFilter(criteriaOf(options));
  if (options.text) await searched(environment, run, filter);
  let left = limit ?? Number.POSITIVE_INFINITY;
  let cursor: string | undefined;
  for (;;) {
    const wanted = { ...filter, limit: Math.min(left, PAGE, MAX_LIMIT), cursor };
    const { answer: page, skipped } = await run.ask((asked) => asked.query(wanted));
    await printer.print(page.lines);
    left -= page.lines.length;
    cursor = page.next_cursor;
    if (page.has_more && left > 0 && cursor !== undefined) continue;
    // No error: in a run that is being written an agent may yet come, and a script asks many runs the same.
    for (const hint of page.hints ?? []) await stderr.line(plainText(`${upperFirst(hint)}.`));
    if (page.total === 0 && page.hints === undefined) await stderr.line("No event matches.");
    else if (page.has_more && options.limit === undefined) {
      await stderr.line(
        `${formatCount(TERMINAL_LIMIT)} of ${formatCount(page.total)} events; --limit N shows more, a filter fewer.`,
      );
    }
    await sayListGaps(environment, [{ log: run, skipped }], page.gaps, options.strict);
    return;
  }
}

/** Looks for the text first, saying how far that has come: what is printed then is there at once. */
async function searched({ stderr }: Environment, run: Run, filter: ParsedFilter): Promise<void> {
  if (!stderr.isTerminal) return;
  const lines = new LiveLines(stderr);
  await run.ask((asked) =>
    asked.search(withoutPages(filter), {
      onProgress: ({ scanned, of, hits }) =>
        lines.draw(() => [
          `searching … ${Math.floor((100 * scanned) / Math.max(1, of))} % · ${formatCount(hits)} so far · Ctrl-C stops`,
        ]),
    }),
  );
  lines.clear();
}

function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function isAfter(one: string, other: string): boolean {
  return (parseTimestamp(one) ?? 0) > (parseTimestamp(other) ?? 0);
}

function criteriaOf({
  type,
  agent,
  involving,
  turns,
  text,
  in: within,
  since,
  until,
}: Options): EventCriteria {
  if (since !== undefined && until !== undefined && isAfter(since, until)) {
    throw wrongCall(`--until ${until} is before --since ${since}: nothing can be between.`);
  }
  return {
    ...(type && { event_types: type }),
    ...(agent && { agent_ids: agent }),
    ...(involving && { involving }),
    ...(turns?.first !== undefined && { turn_start: turns.first }),
    ...(turns?.last !== undefined && { turn_end: turns.last }),
    ...(text !== undefined && { q: text, in: within }),
    ...(since !== undefined && { start_timestamp: since }),
    ...(until !== undefined && { end_timestamp: until }),
  };
}
