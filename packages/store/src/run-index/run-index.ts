import { parseEventLine } from "@llm-sim/events/read";
import { EVENT_TYPES, parseTimestamp } from "@llm-sim/events/schema";
import { ActingAgents } from "./acting-agents.ts";
import { Columns } from "./columns.ts";
import { Edges, type EdgesAsked } from "./edges.ts";
import { type EventFields, Names, NO_AGENT, NO_VARIABLE } from "./event-fields.ts";
import type { FrozenPart, PostingsName } from "./frozen-part.ts";
import { GrowingPart } from "./growing-part.ts";
import { IdLookup } from "./id-lookup.ts";
import { addInOrder } from "./in-order.ts";
import { KnownPieces } from "./known-pieces.ts";
import { LineHead } from "./line-head.ts";
import { MissingCauses, type SavedMissing } from "./missing-causes.ts";
import { MISSING, PART_ROWS } from "./part-arrays.ts";
import { PartList } from "./part-list.ts";
import { EMPTY_LIST, PostingList } from "./posting-list.ts";
import { RowOrder } from "./row-order.ts";
import { hasRepeated, type ScannedRows, takenOver } from "./scanned-rows.ts";
import { type SkippedLine, SkippedLines } from "./skipped-lines.ts";
import { type StateVariable, StateVariables } from "./state-variables.ts";
import { formatUlid, parseUlid, ULID_WORDS } from "./ulid.ts";

let serials = 0;
const KINDS = EVENT_TYPES.length;
/** Where nobody takes part in an event, as nobody is called so. */
const TELLING_LOSS = NO_AGENT * KINDS + EVENT_TYPES.indexOf("SYSTEM");

/** What an index begins with. */
export interface RunIndexStart {
  names?: Names;
  skipped?: SkippedLines;
  states?: readonly StateVariable[];
  missing?: SavedMissing;
  /** Rows of a part, at most PART_ROWS, which is the default. */
  partRows?: number | undefined;
  /** Its rows are by time, which is not the order of the log. */
  isByTime?: boolean;
  /** Of an excerpt, where what is asked for may have to be fetched. */
  asked?: EdgesAsked | undefined;
}

/**
 * What is known of a run's events without reading them: a row for each, in the order of the log, which is that of
 * (timestamp, place in the log) except in logs of other hands: for those there is `inOrder`. It is a list of parts, stretches of rows
 * of which all but the last do not change.
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
  /** Whether addresses ascend with the rows. */
  readonly followsLog: boolean;
  readonly #parts = new PartList(new GrowingPart(0));
  readonly #partRows: number;
  readonly #acting = new ActingAgents();
  readonly #heads = new LineHead();
  readonly #known = new KnownPieces();
  /** So many rows there will be, as far as is known. */
  #expected = 0;
  #edgesPerRow = 1;
  #inOrder: RunIndex | undefined;

  constructor({
    names,
    skipped,
    states,
    missing,
    partRows = PART_ROWS,
    isByTime = false,
    asked,
  }: RunIndexStart = {}) {
    this.followsLog = !isByTime;
    this.names = names ?? new Names();
    this.skipped = skipped ?? new SkippedLines();
    this.#partRows = partRows;
    this.columns = new Columns(this.#parts);
    this.edges = new Edges(this.#parts, new MissingCauses(missing), asked);
    this.states = new StateVariables((key) => this.#list("state", key), states);
    this.ids = new IdLookup(this.#parts);
    this.order = new RowOrder(this.#parts, this.columns);
  }

  get rows(): number {
    return this.#parts.rows;
  }

  /** Those of its parts that no longer change. */
  get frozen(): readonly FrozenPart[] {
    return this.#parts.frozen;
  }

  /**
   * Adds the event whose line lies at `address`.
   *
   * @returns `false` where an event of this id is there already: the first counts
   */
  add(fields: EventFields, address: number, length: number, needsUpcast: boolean): boolean {
    if (!this.ids.isNew(fields.id)) return false;
    if (this.#inOrder !== undefined) {
      if (!this.#inOrder.order.isNext(fields.time, fields.nanoseconds)) this.#inOrder = undefined;
      else this.#inOrder.add(fields, address, length, needsUpcast);
    }
    if (this.#parts.growing.rows === 0) this.#thaw();
    const { growing } = this.#parts;
    const row = growing.add(fields, address, length, needsUpcast);
    this.ids.added(row, fields.id);
    this.order.added(fields);
    const place = row - growing.first;
    growing.own.add(fields.kind, place);
    if (fields.agent !== NO_AGENT) {
      growing.own.add(fields.agent * KINDS + fields.kind, place);
      this.#acting.add(fields.agent);
    }
    const { involved } = fields;
    for (let index = 0; index < involved.length; index++)
      growing.besides.add((involved.values[index] ?? NO_AGENT) * KINDS + fields.kind, place);
    if (fields.mayTellLoss) growing.besides.add(TELLING_LOSS, place);
    if (fields.variable !== NO_VARIABLE)
      growing.state.add(this.states.key(fields.agent, fields.variable), place);

    const { missing } = this.edges;
    for (let cause = 0; cause < fields.causeCount; cause++) {
      const causeRow = this.ids.find(fields.causes, cause * ULID_WORDS);
      growing.edges.addCause(
        causeRow >= 0
          ? causeRow
          : MISSING | missing.refer(formatUlid(fields.causes, cause * ULID_WORDS), row),
      );
    }
    if (missing.mayCome(fields.id, 0)) missing.settle(formatUlid(fields.id, 0), row);
    if (growing.rows >= this.#partRows) this.#freeze();
    return true;
  }

  /**
   * The same with its rows in order of (timestamp, place in the log): nearly always this very index. Of a log whose times
   * go back and forth it is a second one, made when it is first asked for; what is added later in order is added to both.
   */
  inOrder(): RunIndex {
    if (this.order.ascending) return this;
    if (this.#inOrder === undefined) {
      this.#inOrder = new RunIndex({ names: this.names, skipped: this.skipped, isByTime: true });
      addInOrder(this, this.#inOrder);
    }
    return this.#inOrder;
  }

  /** Makes room for so many more events, as far as what there is so far lets one guess. */
  reserve(events: number): void {
    if (this.#parts.growing.rows === 0) this.#thaw();
    this.#expected = this.rows + events;
    this.#makeRoom();
  }

  /** @returns the row, or -1 */
  find(eventId: string): number {
    const words = new Uint32Array(ULID_WORDS);
    return parseUlid(eventId, words, 0) ? this.ids.find(words, 0) : -1;
  }

  idOf(row: number): string {
    return this.columns.id(row);
  }

  /** Whether the line may be that of the row: its event has the row's id, and, as far as it is laid out as usual, time, turn and kind. */
  isLineOf(row: number, line: Buffer): boolean {
    const { columns } = this;
    const head = this.#heads.read(line);
    if (head === undefined) return line.includes(columns.id(row), 0, "latin1");
    const isSame =
      columns.compareId(row, head.id, 0) === 0 &&
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
    return this.#list("own", agent * KINDS + kind);
  }

  /** Rows of this kind in which the agent takes part, or that are about it, and that are not its own. */
  rowsInvolving(agent: number, kind: number): PostingList {
    return this.#list("besides", agent * KINDS + kind);
  }

  /** SYSTEM events that may say that something is missing from the log: the others do not. */
  get tellingLoss(): PostingList {
    return this.#list("besides", TELLING_LOSS);
  }

  /** How many events there are of a kind. */
  countOf(kind: number): number {
    return this.rowsOf(NO_AGENT, kind).length;
  }

  /** How many agents have events of their own. */
  get agentCount(): number {
    return this.#acting.count;
  }

  /** Gives back what was reserved for growth; worth it once much has been added. */
  trim(): void {
    this.#expected = 0;
    this.#parts.growing.trim();
    this.forget();
  }

  /** Lets go of the arrays that were read last: to be called when a part's are others. */
  forget(): void {
    this.columns.forget();
    this.edges.forget();
    this.#known.forget();
  }

  /** Bytes of memory. */
  get bytes(): number {
    const { frozen, growing } = this.#parts;
    return (
      (this.#inOrder?.bytes ?? 0) +
      frozen.reduce((sum, { arrays }) => sum + arrays.held, growing.bytes) +
      this.edges.bytes +
      this.ids.bytes +
      this.states.bytes
    );
  }

  /** Adds parts that were saved, to an index without rows. */
  restore(parts: readonly FrozenPart[], silentAgents: readonly number[]): void {
    for (const part of parts) this.#push(part);
    for (let agent = NO_AGENT + 1; agent < this.names.agents.size; agent++) this.#acting.add(agent);
    for (const agent of silentAgents) this.#acting.remove(agent);
  }

  /**
   * Adds a stretch of the log that was scanned by itself, as if its events had been added one by one.
   *
   * @param lineOf what the number of a skipped line is in its segment
   * @returns `false`, and nothing is added, where an event of it is there already
   */
  addScanned(scanned: ScannedRows, lineOf: (line: SkippedLine) => number): boolean {
    if (this.#parts.growing.rows > 0) this.#freeze();
    if (hasRepeated(scanned, this)) return false;
    const { rows } = this;
    this.skipped.addBehind(new SkippedLines(scanned.skipped), rows, lineOf);
    const { part, actingAgents } = takenOver(scanned, this);
    for (const agent of actingAgents) this.#acting.add(agent);
    if (part === undefined) return true;
    this.#inOrder = undefined;
    this.#push(part);
    this.#settleMissing(part);
    return true;
  }

  /** Some of what was missing may have come with a part. */
  #settleMissing(part: FrozenPart): void {
    const { missing } = this.edges;
    const { lowestId, highestId } = part.summary;
    const words = new Uint32Array(ULID_WORDS);
    parseUlid(lowestId, words, 0);
    if (!missing.mayCome(words, 0)) return;
    for (const id of missing.open()) {
      if (id < lowestId || id > highestId || !parseUlid(id, words, 0)) continue;
      const row = part.find(words, 0);
      if (row >= 0) missing.settle(id, row);
    }
  }

  /** All its parts as they are now, the growing one as it does not change any more. */
  snapshot(): { parts: FrozenPart[]; silentAgents: number[] } {
    const { frozen, growing } = this.#parts;
    const parts = growing.rows === 0 ? [...frozen] : [...frozen, growing.frozen(frozen)];
    return { parts, silentAgents: this.#acting.silent(this.names.agents.size) };
  }

  #list(name: PostingsName, key: number): PostingList {
    const { frozen, growing } = this.#parts;
    const pieces = [...this.#known.of(name, key, frozen)];
    growing.addPieces(pieces, name, key);
    return pieces.length === 0 ? EMPTY_LIST : new PostingList(pieces);
  }

  /** What grows has grown enough. */
  #freeze(): void {
    const { frozen, growing } = this.#parts;
    this.#edgesPerRow = growing.edges.count / growing.rows;
    this.#push(growing.frozen(frozen), false);
    if (this.#expected > this.rows) this.#makeRoom();
  }

  /** @param isNew to what is known of the run as a whole */
  #push(part: FrozenPart, isNew = true): void {
    this.#parts.push(part, new GrowingPart(part.first + part.rows));
    this.forget();
    if (!isNew) return;
    this.ids.addedPart(part);
    this.order.addedPart(part.summary);
  }

  /** Goes on in the last part where it is not full: that one grows again. */
  #thaw(): void {
    const { frozen } = this.#parts;
    const last = frozen.at(-1);
    if (last === undefined || last.rows >= this.#partRows) return;
    this.#parts.thaw(new GrowingPart(last.first, last));
    this.edges.thawed(last);
    this.forget();
  }

  #makeRoom(): void {
    const { growing } = this.#parts;
    if (growing.rows > 0) this.#edgesPerRow = growing.edges.count / growing.rows;
    const rows = Math.min(this.#partRows, this.#expected - growing.first);
    growing.reserve(rows, Math.ceil(this.#edgesPerRow * rows));
  }
}
