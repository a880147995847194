import type { Event } from "@llm-sim/events/schema";
import { isStoreError, type Run } from "@llm-sim/store";
import { Command } from "commander";
import { EXIT } from "../failure/index.ts";
import { outputOption, withRun } from "../runs/index.ts";
import { Paint, plainText } from "../terminal/index.ts";
import { eventSheet, oneLine, runSheet, runSheetRows } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { sayRunGaps, strictOption } from "./strict-option.ts";

interface Options {
  output: string;
  json: boolean;
  strict: boolean;
}

export const showCommand: MakeCommand = (environment) =>
  new Command("show")
    .description("print a run, what it was made from and came to; or one of its events in full")
    .argument("<run>", "the run")
    .argument("[event-id]", "the event's id, as the lists print it")
    .addOption(outputOption())
    .addOption(jsonOption("document"))
    .addOption(strictOption())
    .action((reference: string, eventId: string | undefined, options: Options) =>
      withRun(environment, reference, options.output, (run) =>
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
  { json, strict }: Options,
): Promise<void> {
  const { stdout } = environment;
  const event = await run.event(eventId);
  const causes = await Promise.all((event.caused_by ?? []).map((id) => present(run, id)));
  if (json) await stdout.line(new TextDecoder().decode(await run.eventLine(eventId)));
  else {
    const paint = new Paint(stdout.color);
    const lines = (event.caused_by ?? []).map((id, at) => causeLine(id, causes[at], paint));
    for (const line of eventSheet(event, lines, paint, stdout.columns)) await stdout.line(line);
  }
  const areAll = event.causes_omitted === undefined && !causes.includes(undefined);
  if (strict && !areAll) environment.exitWith(EXIT.incomplete);
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
