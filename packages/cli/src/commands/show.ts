import { type CallAnswer, type Gap, MAX_CALLS } from "@llm-sim/api";
import { type Event, MODEL_CALL } from "@llm-sim/events/schema";
import { isStoreError, type Run } from "@llm-sim/store";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { counted, Paint, plainText } from "../terminal/index.ts";
import { callSheet, eventSheet, oneLine, runSheet, runSheetRows } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayGaps, sayRunGaps, strictOption } from "./strict-option.ts";

/** Model calls behind one decision that are shown without `--full`. */
const FIRST_CALLS = 10;

interface Options {
  full: boolean;
  output: string;
  store?: string;
  json: boolean;
  strict: boolean;
}

export const showCommand: MakeCommand = (environment) =>
  new Command("show")
    .description(
      "print a run, what it was made from and came to; or one of its events in full, a decision with what its model was asked",
    )
    .argument("<run>", "the run")
    .argument("[event-id]", "the event's id, as the lists print it")
    .option(
      "--full",
      "of a model call all that was said, not only what is new since the call before; with --json the calls, too",
      false,
    )
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string, eventId: string | undefined, options: Options) =>
      withRun(environment, reference, options, (run) =>
        eventId === undefined
          ? showRun(environment, run, options)
          : showEvent(environment, run, eventId, options),
      ),
    );

async function showRun(environment: Environment, run: Run, { json, strict }: Options): Promise<void> {
  const { stdout } = environment;
  const details = await run.details();
  if (json) await stdout.line(JSON.stringify(details));
  else {
    const lines = stdout.isTerminal
      ? runSheet(details, new Paint(stdout.color), stdout.columns)
      : runSheetRows(details);
    await stdout.write(lines.map((line) => `${line}\n`).join(""));
  }
  const isShown = stdout.isTerminal && !json;
  if (details.summary_problem !== undefined && !isShown)
    await environment.stderr.line(plainText(details.summary_problem));
  await sayRunGaps(environment, run, strict);
}

async function showEvent(
  environment: Environment,
  run: Run,
  eventId: string,
  { json, strict, full }: Options,
): Promise<void> {
  const { stdout } = environment;
  const event = await run.event(eventId);
  const causes = await Promise.all((event.caused_by ?? []).map((id) => present(run, id)));
  const calls = await callIds(run, event);
  const shown = full ? calls : calls.slice(0, FIRST_CALLS);
  const gaps = new Map<string, Gap>();
  const tell = async (id: string): Promise<CallAnswer> => {
    const answer = await run.call(id, { delta: !full });
    for (const gap of answer.gaps) gaps.set(gap.message, gap);
    return answer;
  };
  if (json && full) {
    await stdout.write(`{"event":${JSON.stringify(event)},"calls":[`);
    for (const [at, id] of shown.entries())
      await stdout.write(`${at === 0 ? "" : ","}${JSON.stringify(await tell(id))}`);
    await stdout.line("]}");
  } else if (json) await stdout.line(new TextDecoder().decode(await run.eventLine(eventId)));
  else {
    const paint = new Paint(stdout.color);
    const lines = (event.caused_by ?? []).map((id, at) => causeLine(id, causes[at], paint));
    for (const line of eventSheet(event, lines, paint, stdout.columns)) await stdout.line(line);
    for (const id of shown)
      await stdout.write(["", ...callSheet(await tell(id), full, stdout), ""].join("\n"));
    const more = calls.length - shown.length;
    if (more > 0)
      await stdout.line(paint.dim(`\n… and ${counted(more, "more model call")} behind it (--full)`));
  }
  await sayGaps(environment, [...gaps.values()], strict);
  const areAll = event.causes_omitted === undefined && !causes.includes(undefined);
  if (strict && !areAll) environment.exitWith(EXIT.incomplete);
}

/** Of the call that an event is, or of those that a decision came of. */
async function callIds(run: Run, event: Event): Promise<string[]> {
  if (event.event_type === "SYSTEM" && event.details?.system_event_type === MODEL_CALL)
    return [event.event_id];
  if (event.event_type !== "DECISION") return [];
  const { calls } = await run.calls({ decision_id: event.event_id, limit: MAX_CALLS });
  return calls.map(({ event_id }) => event_id);
}

function causeLine(eventId: string, cause: Event | undefined, paint: Paint): string {
  if (!cause) return `${eventId}  ${paint.caution("(not in the log)")}`;
  return `${eventId}  ${paint.kind(cause.event_type, cause.event_type)}  ${oneLine(cause)}`;
}

async function present(run: Run, eventId: string): Promise<Event | undefined> {
  try {
    return await run.event(eventId);
  } catch (error) {
    if (isStoreError(error, "EVENT_NOT_FOUND")) return undefined;
    throw error;
  }
}
