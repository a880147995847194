import type { EventCriteria } from "@llm-sim/api";
import { csvRecord, EVENT_COLUMNS, eventCells } from "@llm-sim/events/columns";
import type { ApiClient } from "../api/index.ts";

export type ExportFormat = "jsonl" | "csv";

const PAGE = 5000;

/**
 * Pieces of a file with every event that matches, page by page, so that a large one never is one string. As CSV it is, byte for
 * byte, what `llm-sim export RUN --format csv` writes of these events.
 */
export async function* exportEvents(
  api: ApiClient,
  run: string,
  criteria: EventCriteria,
  format: ExportFormat,
  onProgress: (written: number, total: number) => void = () => {},
  signal?: AbortSignal,
): AsyncGenerator<string> {
  if (format === "csv") yield `${csvRecord(EVENT_COLUMNS.map(({ name }) => name))}\n`;
  let cursor: string | undefined;
  let written = 0;
  do {
    const page = await api.events({ id: run, ...criteria, limit: PAGE, cursor }, signal);
    const lines = page.events.map((event) =>
      format === "csv" ? `${csvRecord(eventCells(run, event))}\n` : `${JSON.stringify(event)}\n`,
    );
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
