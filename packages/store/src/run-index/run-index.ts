import { parseEventLine } from "@llm-sim/events/read";
import { EVENT_TYPES, parseTimestamp } from "@llm-sim/events/schema";
import { Columns } from "./columns.ts";
import { Edges } from "./edges.ts";
import { type EventFields, Names, NO_AGENT, NO_VARIABLE } from "./event-fields.ts";
import { IdLookup } from "./id-lookup.ts";
import { addInOrder } from "./in-order.ts";
import { LineHead } from "./line-head.ts";
import { type PostingList, Postings } from "./postings.ts";
import { RowOrder } from "./row-order.ts";
import { SkippedLines } from "./skipped-lines.ts";
import { StateVariables } from "./state-variables.ts";
import { compareUlids, formatUlid, parseUlid, ULID_WORDS } from "./ulid.ts";

let serials = 0;
const KINDS = EVENT_TYPES.length;

/** The parts an index is put together from. */
export interface IndexParts {
  names: Names;
  columns: Columns;
  edges: Edges;
  own: Postings;
  involved: Postings;
  states: StateVariables;
  skipped: SkippedLines;
}

/**
 * What is known of a run's events without reading them: a row for each, in the order of the log, which is that of
 * (timestamp, place in the log) except in logs of other hands: for those there is `inOrder`.
 */
export class RunIndex {
  /** No two indexes have the same: rows of one mean nothing in another. */
  readonly serial = serials++;
  readonly names: Names;
  readonly columns: Columns;
  readonly edges: Edges;
  readonly ids: IdLookup;
  readonly order: RowOrder;
  /** Writes of each variable. */
  readonly states: StateVariables;
  readonly skipped: SkippedLines;
  // Keys are agent × kind; under NO_AGENT stand all events.
  readonly #own: Postings;
  readonly #involved: Postings;
  readonly #heads = new LineHead();
  #inOrder: RunIndex | undefined;

  constructor(parts?: Partial<IndexParts>) {
    this.names = parts?.names ?? new Names();
    this.columns = parts?.columns ?? new Columns();
    this.edges = parts?.edges ?? new Edges();
    this.states = parts?.states ?? new StateVariables();
    this.skipped = parts?.skipped ?? new SkippedLines();
    this.#own = parts?.own ?? new Postings();
    this.#involved = parts?.involved ?? new Postings();
    this.ids = new IdLookup(this.columns);
    this.order = new RowOrder(this.columns);
  }

  get rows(): number {
    return this.columns.rows;
  }

  /**
   * Adds the event whose line lies at `address`.
   *
   * @returns `false` where an event of this id is there already: the first counts
   */
  add(fields: EventFields, address: number, length: number, needsUpcast: boolean): boolean {
    if (!this.ids.isNew(fields.id)) return false;
    if (this.#inOrder !== undefined) {
      const { columns, rows } = this.#inOrder;
      if (columns.compareTime(rows - 1, fields.time, fields.nanoseconds) > 0) this.#inOrder = undefined;
      else this.#inOrder.add(fields, address, length, needsUpcast);
    }
    const row = this.columns.add(fields, address, length, needsUpcast);
    this.ids.added(row);
    this.order.added(row);
    this.#own.add(fields.kind, row);
    if (fields.agent !== NO_AGENT) this.#own.add(fields.agent * KINDS + fields.kind, row);
    const { involved } = fields;
    for (let index = 0; index < involved.length; index++)
      this.#involved.add((involved.values[index] ?? NO_AGENT) * KINDS + fields.kind, row);
    if (fields.variable !== NO_VARIABLE) this.states.add(fields.agent, fields.variable, row);

    const { edges } = this;
    edges.addRow();
    for (let cause = 0; cause < fields.causeCount; cause++) {
      const causeRow = this.ids.find(fields.causes, cause * ULID_WORDS);
      if (causeRow >= 0) edges.addCause(causeRow);
      else edges.addMissing(formatUlid(fields.causes, cause * ULID_WORDS));
    }
    if (edges.hasMissing) edges.resolveMissing(this.idOf(row), row);
    return true;
  }

  /**
   * The same with its rows in order of (timestamp, place in the log): nearly always this very index. Of a log whose times
   * go back and forth it is a second one, made when it is first asked for; what is added later in order is added to both.
   */
  inOrder(): RunIndex {
    if (this.order.ascending) return this;
    if (this.#inOrder === undefined) {
      this.#inOrder = new RunIndex({ names: this.names, skipped: this.skipped });
      addInOrder(this, this.#inOrder);
    }
    return this.#inOrder;
  }

  /** Makes room for so many more events, as far as what there is so far lets one guess. */
  reserve(events: number): void {
    const { columns, edges } = this;
    columns.reserve(columns.rows + events);
    edges.reserve(columns.rows + events, Math.ceil(edges.count * (1 + events / Math.max(1, columns.rows))));
  }

  /** @returns the row, or -1 */
  find(eventId: string): number {
    const words = new Uint32Array(ULID_WORDS);
    return parseUlid(eventId, words, 0) ? this.ids.find(words, 0) : -1;
  }

  idOf(row: number): string {
    return formatUlid(this.columns.id, row * ULID_WORDS);
  }

  /** Whether the line may be that of the row: its event has the row's id, and, as far as it is laid out as usual, time, turn and kind. */
  isLineOf(row: number, line: Buffer): boolean {
    const at = row * ULID_WORDS;
    const { columns } = this;
    const head = this.#heads.read(line);
    if (head === undefined) return line.includes(formatUlid(columns.id, at), 0, "latin1");
    const isSame =
      compareUlids(head.id, 0, columns.id, at) === 0 &&
      head.time === columns.time(row) &&
      head.turn === columns.turn(row) &&
      head.kind === columns.kind(row);
    return isSame || this.#saysThat(row, line);
  }

  /** A member that is named twice counts where it stands last. */
  #saysThat(row: number, line: Buffer): boolean {
    const parsed = parseEventLine(line);
    if (!parsed.ok) return false;
    const { event_id, timestamp, turn_number, event_type } = parsed.event;
    const { columns } = this;
    return (
      event_id === this.idOf(row) &&
      parseTimestamp(timestamp) === columns.time(row) &&
      turn_number === columns.turn(row) &&
      EVENT_TYPES.indexOf(event_type) === columns.kind(row)
    );
  }

  /** Rows of this kind (index into EVENT_TYPES), of this agent (a code), or of any with NO_AGENT. */
  rowsOf(agent: number, kind: number): PostingList {
    return this.#own.list(agent * KINDS + kind);
  }

  /** Rows of this kind in which the agent takes part, or that are about it, and that are not its own. */
  rowsInvolving(agent: number, kind: number): PostingList {
    return this.#involved.list(agent * KINDS + kind);
  }

  /** How many events there are of a kind. */
  countOf(kind: number): number {
    return this.rowsOf(NO_AGENT, kind).length;
  }

  /** How many agents have events of their own. */
  get agentCount(): number {
    let count = 0;
    for (let agent = NO_AGENT + 1; agent < this.names.agents.size; agent++) {
      if (EVENT_TYPES.some((_, kind) => this.rowsOf(agent, kind).length > 0)) count++;
    }
    return count;
  }

  /** Gives back what was reserved for growth; worth it once much has been added. */
  trim(): void {
    this.columns.trim();
    this.edges.trim();
    this.#own.pack();
    this.#involved.pack();
    this.states.pack();
  }

  parts(): Omit<IndexParts, "names" | "skipped"> {
    return {
      columns: this.columns,
      edges: this.edges,
      own: this.#own,
      involved: this.#involved,
      states: this.states,
    };
  }

  /** Bytes of memory. */
  get bytes(): number {
    return (
      (this.#inOrder?.bytes ?? 0) +
      this.columns.bytes +
      this.edges.bytes +
      this.ids.bytes +
      this.#own.bytes +
      this.#involved.bytes +
      this.states.bytes
    );
  }
}
