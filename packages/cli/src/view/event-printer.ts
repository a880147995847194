import { parseEventLine } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import type { Output } from "../context/index.ts";
import { Paint, Table } from "../terminal/index.ts";
import { eventColumns, eventFields } from "./event-list.ts";

const NEWLINE = Buffer.from("\n");

/** Prints a list of events that comes in parts: a table on a terminal, plain lines in a pipe, or the JSON as it is. */
export class EventPrinter {
  readonly #stdout: Output;
  readonly #asJson: boolean;
  readonly #startTime: () => Promise<string | undefined>;
  #table: Table<Event> | undefined;

  /** @param startTime the run's first moment, asked where times are shown from there */
  constructor(stdout: Output, asJson: boolean, startTime: () => Promise<string | undefined>) {
    this.#stdout = stdout;
    this.#asJson = asJson;
    this.#startTime = startTime;
  }

  /** @param lines one event each, as JSON without a newline */
  async print(lines: readonly Uint8Array[]): Promise<void> {
    if (lines.length === 0) return;
    if (this.#asJson) {
      await this.#stdout.write(Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
      return;
    }
    const events = lines.flatMap((line) => {
      const parsed = parseEventLine(line);
      return parsed.ok ? [parsed.event] : [];
    });
    const rows = this.#stdout.isTerminal ? await this.#tableRows(events) : events.map(eventFields);
    await this.#stdout.write(`${rows.join("\n")}\n`);
  }

  async #tableRows(events: readonly Event[]): Promise<string[]> {
    const heading: string[] = [];
    if (!this.#table) {
      const paint = new Paint(this.#stdout.color);
      const columns = eventColumns(await this.#startTime(), paint);
      this.#table = new Table(columns, events, this.#stdout.columns);
      heading.push(paint.bold(this.#table.header()));
    }
    const table = this.#table;
    return [...heading, ...events.map((event) => table.row(event))];
  }
}
