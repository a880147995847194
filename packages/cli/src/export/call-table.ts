import { MAX_CALLS, type ModelCall } from "@llm-sim/api";
import type { Cell, Column } from "@llm-sim/events/columns";
import type { ExportedRun } from "./exported-run.ts";
import type { ExportTable } from "./table.ts";

const COLUMNS: readonly (Column & { cell: (call: ModelCall) => Cell })[] = [
  { name: "event_id", type: "VARCHAR", cell: (call) => call.event_id },
  { name: "timestamp", type: "TIMESTAMP", cell: (call) => call.timestamp },
  { name: "turn", type: "BIGINT", cell: (call) => call.turn },
  { name: "actor", type: "VARCHAR", cell: (call) => call.actor },
  { name: "agent", type: "VARCHAR", cell: (call) => call.agent_id },
  { name: "place", type: "VARCHAR", cell: (call) => call.place },
  { name: "purpose", type: "VARCHAR", cell: (call) => call.purpose },
  { name: "key", type: "VARCHAR", cell: (call) => call.key },
  { name: "ordinal", type: "BIGINT", cell: (call) => call.ordinal },
  { name: "attempt", type: "BIGINT", cell: (call) => call.attempt },
  { name: "model", type: "VARCHAR", cell: (call) => call.model },
  { name: "served_model", type: "VARCHAR", cell: (call) => call.served_model },
  { name: "status", type: "VARCHAR", cell: (call) => call.status },
  { name: "outcome", type: "VARCHAR", cell: (call) => call.outcome },
  { name: "error_type", type: "VARCHAR", cell: (call) => call.error_type },
  { name: "error", type: "VARCHAR", cell: (call) => call.error },
  { name: "http_status", type: "BIGINT", cell: (call) => call.http_status },
  { name: "finish_reason", type: "VARCHAR", cell: (call) => call.finish_reason },
  { name: "marks", type: "JSON", cell: (call) => call.marks },
  { name: "input_tokens", type: "BIGINT", cell: (call) => call.usage?.input_tokens },
  { name: "output_tokens", type: "BIGINT", cell: (call) => call.usage?.output_tokens },
  { name: "cached_tokens", type: "BIGINT", cell: (call) => call.usage?.cached_tokens },
  { name: "reasoning_tokens", type: "BIGINT", cell: (call) => call.usage?.reasoning_tokens },
  { name: "tokens_estimated", type: "JSON", cell: (call) => call.usage && call.usage.estimated === true },
  { name: "latency_ms", type: "JSON", cell: (call) => call.latency_ms },
  { name: "cost_usd", type: "JSON", cell: (call) => call.cost_usd },
  { name: "decision_id", type: "VARCHAR", cell: (call) => call.decision_id },
];

/**
 * The model calls of runs, an attempt a row, in the order of the log.
 *
 * @param hasTexts whether errors in words, which may quote an answer, are told
 */
export function callTable(runs: readonly ExportedRun[], hasTexts: boolean): ExportTable {
  const columns = hasTexts ? COLUMNS : COLUMNS.filter(({ name }) => name !== "error");
  return {
    columns: [{ name: "run", type: "VARCHAR" }, ...columns.map(({ name, type }) => ({ name, type }))],
    rows: rows(runs, columns),
  };
}

async function* rows(
  runs: readonly ExportedRun[],
  columns: typeof COLUMNS,
): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const { run, log } of runs) {
    let cursor: string | undefined;
    do {
      const page = await log.calls({ limit: MAX_CALLS, cursor });
      for (const call of page.calls) yield [run, ...columns.map(({ cell }) => cell(call))];
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
