import type { Event } from "@llm-sim/events/schema";
import { isStoreError, type Run } from "@llm-sim/store";
import { Command } from "commander";
import { eventSheet, oneLine } from "../event-view/index.ts";
import { outputOption, withRun } from "../runs/index.ts";
import { Paint } from "../terminal/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  output: string;
  json: boolean;
}

export const showCommand: MakeCommand = (environment) =>
  new Command("show")
    .description("print one event in full")
    .argument("<run>", "the run")
    .argument("<event-id>", "the event's id, as the lists print it")
    .addOption(outputOption())
    .addOption(jsonOption("document"))
    .action((reference: string, eventId: string, options: Options) =>
      withRun(environment, reference, options.output, (run) => show(environment, run, eventId, options)),
    );

async function show({ stdout }: Environment, run: Run, eventId: string, { json }: Options): Promise<void> {
  if (json) {
    await stdout.line((await run.eventLine(eventId)).toString());
    return;
  }
  const event = await run.event(eventId);
  const paint = new Paint(stdout.color);
  const causes = await Promise.all((event.caused_by ?? []).map((id) => causeLine(run, id, paint)));
  for (const line of eventSheet(event, causes, paint, stdout.columns)) await stdout.line(line);
}

async function causeLine(run: Run, eventId: string, paint: Paint): Promise<string> {
  const cause = await present(run, eventId);
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
