import { type Cell, EVENT_COLUMNS, eventCells } from "@llm-sim/events/columns";
import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";
import type { ExportTable } from "./table.ts";
import { TextRemover } from "./without-texts.ts";

/**
 * The events of runs, run after run, each in order of (timestamp, place in the log), with one column for each field and, first, what the
 * export calls the run.
 *
 * @param hasTexts whether what may quote what models were asked and answered is left in
 */
export function eventTable(runs: readonly ExportedRun[], hasTexts = true): ExportTable {
  return { columns: EVENT_COLUMNS, rows: rows(runs, hasTexts) };
}

async function* rows(
  runs: readonly ExportedRun[],
  hasTexts: boolean,
): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const { run, log } of runs) {
    const remover = hasTexts ? undefined : new TextRemover(log);
    for await (const page of orderedEvents(log))
      yield* page.events().map((event) => eventCells(run, remover?.without(event) ?? event));
  }
}
