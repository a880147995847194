import { createClient, type EventCriteria, events } from "@llm-sim/api";
import { csvRecord, EVENT_COLUMNS, eventCells } from "@llm-sim/events/columns";
import { digitsAsText, type Event, markNumbers, withMarkedNumbers } from "@llm-sim/events/schema";
import { type ApiClient, jsonOver } from "./api/index.ts";

export type ExportFormat = "jsonl" | "csv";

const PAGE = 5000;

interface Writing {
  /** Changes a page's text before it is parsed. */
  prepare: (json: string) => string;
  writeLine: (event: Event, run: string) => string;
}

const CSV: Writing = {
  prepare: digitsAsText,
  writeLine: (event, run) => csvRecord(eventCells(run, event)),
};
const JSON_LINES: Writing = {
  prepare: markNumbers,
  writeLine: (event) => withMarkedNumbers(JSON.stringify(event)),
};

/**
 * Pieces of a file with every event that matches, page by page, so that a large one never is one string. As CSV it is, byte for
 * byte, what `llm-sim export RUN --format csv` writes of these events. Numbers beyond a double keep their digits.
 */
export async function* exportEvents(
  { connection }: Pick<ApiClient, "connection">,
  run: string,
  criteria: EventCriteria,
  format: ExportFormat,
  onProgress: (written: number, total: number) => void = () => {},
  signal?: AbortSignal,
): AsyncGenerator<string> {
  if (format === "csv") yield `${csvRecord(EVENT_COLUMNS.map(({ name }) => name))}\n`;
  const { writeLine, prepare } = format === "csv" ? CSV : JSON_LINES;
  const api = createClient(jsonOver(connection, prepare), { events });
  let cursor: string | undefined;
  let written = 0;
  do {
    const page = await api.events({ id: run, ...criteria, limit: PAGE, cursor }, signal);
    const lines = page.events.map((event) => `${writeLine(event, run)}\n`);
    written += lines.length;
    onProgress(written, page.total);
    if (lines.length > 0) yield lines.join("");
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** `market-7-events.csv`, with `-filtered` where it is not all of them. */
export function exportName(run: string, filtered: boolean, format: ExportFormat | "png"): string {
  return `${run}-${format === "png" ? "timeline" : "events"}${filtered ? "-filtered" : ""}.${format}`;
}
