import {
  EVENT_TYPES,
  MODEL_CALL,
  markedDigits,
  parseTimestamp,
  withMarkedNumbers,
} from "@llm-sim/events/schema";
import { callDetailsSchema } from "@llm-sim/events/tape/schema";
import { ENDINGS, MARK_KINDS, type MarkKind, PLACED_TABLES } from "../tables/index.ts";
import type { LogRow, ParsedEvent } from "./log-rows.ts";
import { RowWriter } from "./row-writer.ts";

/** Which log it is whose rows are written. */
export interface EditionKey {
  run: string;
  edition: number;
  /** Seconds since 1970. */
  runStarted: number;
}

type StateEvent = Extract<ParsedEvent, { event_type: "STATE" }>;
type SystemEvent = Extract<ParsedEvent, { event_type: "SYSTEM" }>;

/** What a stretch of a log is in the tables. */
export class RunRows {
  readonly events = new RowWriter();
  readonly edges = new RowWriter();
  readonly variables = new RowWriter();
  readonly calls = new RowWriter();
  readonly marks = new RowWriter();
  readonly #key: EditionKey;
  #last = -1;

  constructor(key: EditionKey) {
    this.#key = key;
  }

  /** The place of the last row; -1 where there is none. */
  get last(): number {
    return this.#last;
  }

  /** The most rows that a table has here. */
  get mostRows(): number {
    return Math.max(...PLACED_TABLES.map((table) => this[table].rows));
  }

  get size(): number {
    return PLACED_TABLES.reduce((sum, table) => sum + this[table].size, 0);
  }

  segment(place: number): void {
    this.#mark("segment", place, "", NOTHING);
  }

  add(row: LogRow): void {
    if (row.kind === "event") this.#event(row);
    else
      this.#mark(
        row.kind,
        row.place,
        "reason" in row ? row.reason : "",
        "bytes" in row ? row.bytes : NOTHING,
      );
  }

  #event({ place, line, ending, parsed }: Extract<LogRow, { kind: "event" }>): void {
    const rows = this.events;
    this.#begin(rows, place);
    rows.bytes(line);
    rows.byte(ENDINGS.indexOf(ending));
    rows.text(parsed.event_id);
    const timestamp = parseTimestamp(parsed.timestamp) ?? 0;
    rows.int64(timestamp);
    rows.uint64(parsed.turn_number);
    rows.byte(EVENT_TYPES.indexOf(parsed.event_type));
    rows.text(parsed.agent_id ?? "");
    rows.text(parsed.event_type === "SYSTEM" ? (parsed.subject_agent_id ?? "") : "");
    rows.texts(parsed.event_type === "ACTION" ? (parsed.participating_agent_ids ?? []) : []);
    rows.text(nameOf(parsed));
    const causes = parsed.caused_by ?? [];
    rows.texts(causes);
    // As they are stored, so that what is there can be compared.
    for (const cause of causes.length > 1 ? causes.toSorted() : causes) {
      this.#begin(this.edges, place);
      this.edges.text(cause);
    }
    if (parsed.event_type === "STATE") this.#variable(place, timestamp, parsed);
    else if (parsed.event_type === "SYSTEM") this.#call(place, timestamp, parsed);
  }

  #variable(place: number, timestamp: number, event: StateEvent): void {
    const rows = this.variables;
    this.#begin(rows, place);
    rows.text(event.agent_id ?? "");
    rows.text(event.variable_name);
    rows.uint64(event.turn_number);
    rows.int64(timestamp);
    rows.text(withMarkedNumbers(JSON.stringify(event.new_value)));
    rows.optionalFloat64(numberIn(event.new_value));
    rows.byte(event.change === "removed" ? 1 : 0);
  }

  #call(place: number, timestamp: number, event: SystemEvent): void {
    if (event.details?.system_event_type !== MODEL_CALL) return;
    const details = callDetailsSchema.safeParse(event.details).data;
    if (details === undefined) return;
    const rows = this.calls;
    this.#begin(rows, place);
    rows.text(event.event_id);
    rows.uint64(event.turn_number);
    rows.int64(timestamp);
    rows.text(event.subject_agent_id ?? "");
    for (const text of [details.call, details.purpose, details.model, details.served_model ?? ""])
      rows.text(text);
    rows.text(details.outcome);
    rows.float64(details.latency_ms);
    rows.optionalUint64(details.usage?.input_tokens);
    rows.optionalUint64(details.usage?.output_tokens);
    rows.optionalFloat64(details.cost_usd);
  }

  #mark(kind: MarkKind, place: number, reason: string, bytes: Uint8Array): void {
    this.#begin(this.marks, place);
    this.marks.byte(MARK_KINDS.indexOf(kind));
    this.marks.text(reason);
    this.marks.bytes(bytes);
  }

  #begin(rows: RowWriter, place: number): void {
    this.#last = place;
    beginRow(rows, this.#key, place);
  }
}

export function beginRow(rows: RowWriter, { run, edition, runStarted }: EditionKey, place: number): void {
  rows.begin(place);
  rows.text(run);
  rows.uint32(edition);
  rows.uint32(runStarted);
  rows.uint64(place);
}

const NOTHING = Buffer.alloc(0);

/** What an event is called by: `turn_start`, `wealth`, `success`. */
function nameOf(event: ParsedEvent): string {
  switch (event.event_type) {
    case "MILESTONE":
      return event.milestone_type;
    case "DECISION":
      return event.decision_type;
    case "ACTION":
      return event.action_type;
    case "STATE":
      return event.variable_name;
    case "DETAIL":
      return event.calculation_type;
    case "SYSTEM":
      return event.status;
  }
}

/** Beyond what a double holds: the nearest. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const digits = typeof value === "string" ? markedDigits(value) : undefined;
  const number = digits === undefined ? undefined : Number(digits);
  return Number.isFinite(number) ? number : undefined;
}
