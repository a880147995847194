import { type Cell, EVENT_COLUMNS, eventCells } from "@llm-sim/events/columns";
import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";
import type { ExportTable } from "./table.ts";

/** The events of runs, run after run, each in order of (timestamp, place in the log), with one column for each field and, first, what the export calls the run. */
export function eventTable(runs: readonly ExportedRun[]): ExportTable {
  return { columns: EVENT_COLUMNS, rows: rows(runs) };
}

async function* rows(runs: readonly ExportedRun[]): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const { run, log } of runs) {
    for await (const page of orderedEvents(log)) yield* page.events().map((event) => eventCells(run, event));
  }
}
