import type { EventFields } from "./event-fields.ts";
import { FrozenPart, POSTINGS, type PostingsName } from "./frozen-part.ts";
import { GrowingColumns } from "./growing-columns.ts";
import { GrowingEdges } from "./growing-edges.ts";
import { findAscending, findInSlots, madeSlots, withRow } from "./id-slots.ts";
import { type ColumnArrays, HeldArrays, OneBlock, type PartArrays, type PartSummary } from "./part-arrays.ts";
import type { Piece } from "./posting-list.ts";
import { type PackedPostings, Postings } from "./postings.ts";
import { compareUlids, formatUlid, ULID_WORDS } from "./ulid.ts";
import { lowerBound } from "./word-blocks.ts";

const NOTHING = new Uint32Array(0);

/** The last rows of the log, to which more are added. */
export class GrowingPart {
  readonly first: number;
  readonly arrays: GrowingColumns;
  readonly edges: GrowingEdges;
  readonly own: Postings;
  readonly besides: Postings;
  readonly state: Postings;
  /** Only where ids do not ascend. */
  #idSlots: Uint32Array | undefined;
  #timesAscend = true;
  #turnsAscend = true;
  #lowestTurn = Number.POSITIVE_INFINITY;
  #highestTurn = 0;

  /** @param frozen a part that grows again: its arrays are copied by the first addition */
  constructor(first: number, frozen?: FrozenPart) {
    this.first = first;
    if (frozen === undefined) {
      this.arrays = new GrowingColumns();
      this.edges = new GrowingEdges(first);
      this.own = new Postings();
      this.besides = new Postings();
      this.state = new Postings();
      return;
    }
    const { arrays, summary } = frozen;
    this.arrays = new GrowingColumns(columnsOf(arrays), frozen.rows);
    this.edges = new GrowingEdges(first, {
      causeStarts: arrays.words("causeStarts"),
      causes: arrays.words("causes"),
    });
    this.own = new Postings(postingsOf(arrays, "own"));
    this.besides = new Postings(postingsOf(arrays, "besides"));
    this.state = new Postings(postingsOf(arrays, "state"));
    if (!summary.idsAscend) this.#idSlots = arrays.words("idSlots").slice();
    this.#timesAscend = summary.timesAscend;
    this.#turnsAscend = summary.turnsAscend;
    this.#lowestTurn = summary.lowestTurn;
    this.#highestTurn = summary.highestTurn;
  }

  get rows(): number {
    return this.arrays.rows;
  }

  /** As they are now: rows that are added may come into others. */
  blocks(name: "causeStarts" | "causes"): OneBlock<Uint32Array> {
    return new OneBlock(name === "causes" ? this.edges.causes : this.edges.starts);
  }

  /** Its causes and the entries of posting lists, which count from the part's first row, follow. @returns the event's row */
  add(fields: EventFields, address: number, length: number, needsUpcast: boolean): number {
    const { arrays } = this;
    arrays.add(fields, address, length, needsUpcast);
    const place = arrays.rows - 1;
    const { turn, time, id } = arrays;
    this.#lowestTurn = Math.min(this.#lowestTurn, fields.turn);
    this.#highestTurn = Math.max(this.#highestTurn, fields.turn);
    if (place > 0) {
      if ((turn[place - 1] ?? 0) > fields.turn) this.#turnsAscend = false;
      const later =
        (time[place - 1] ?? 0) - fields.time || (arrays.nanoseconds[place - 1] ?? 0) - fields.nanoseconds;
      if (later > 0) this.#timesAscend = false;
      if (this.#idSlots !== undefined) this.#idSlots = withRow(this.#idSlots, id, place);
      else if (compareUlids(id, (place - 1) * ULID_WORDS, id, place * ULID_WORDS) > 0)
        this.#idSlots = madeSlots(id, place + 1);
    }
    this.edges.addRow();
    return this.first + place;
  }

  /** The row whose id is at `at` of `words`, or -1. */
  find(words: Uint32Array, at: number): number {
    const { id, rows } = this.arrays;
    const slots = this.#idSlots;
    const place =
      slots === undefined
        ? findAscending(id, rows, words, at)
        : findInSlots(new OneBlock(slots), new OneBlock(id), words, at);
    return place === -1 ? -1 : place + this.first;
  }

  /** Adds the entries of a key: those that are packed with the others', and what has come since. */
  addPieces(pieces: Piece[], name: PostingsName, key: number): void {
    const { packed, recent } = this[name].of(key);
    const end = this.first + this.rows;
    const border = this.first + (recent[0] ?? this.rows);
    if (packed.length > 0) pieces.push(pieceOf(packed, this.first, this.first, border));
    if (recent.length > 0) pieces.push(pieceOf(recent, this.first, border, end));
  }

  reserve(rows: number, edges: number): void {
    this.arrays.reserve(rows);
    this.edges.reserve(rows, edges);
  }

  trim(): void {
    this.arrays.trim();
    this.edges.trim();
    for (const postings of [this.own, this.besides, this.state]) postings.pack();
  }

  get bytes(): number {
    const lists = this.own.bytes + this.besides.bytes + this.state.bytes;
    return this.arrays.held + this.edges.bytes + lists + (this.#idSlots?.byteLength ?? 0);
  }

  /** What it holds now as a part that does not change; it goes on growing beside it. */
  frozen(before: readonly FrozenPart[]): FrozenPart {
    const { rows } = this;
    const columns = this.arrays.filled();
    const edges = this.edges.filled();
    const own = this.own.packed();
    const besides = this.besides.packed();
    const state = this.state.packed();
    const { address, time, turn, kindAndForm, ...words } = columns;
    const arrays = new HeldArrays(
      {
        ...words,
        ...edges,
        idSlots: this.#idSlots?.slice() ?? NOTHING,
        ...outerDirectory(edges.outerCauses, before),
        ownKeys: own.keys,
        ownStarts: own.starts,
        ownRows: own.rows,
        besidesKeys: besides.keys,
        besidesStarts: besides.starts,
        besidesRows: besides.rows,
        stateKeys: state.keys,
        stateStarts: state.starts,
        stateRows: state.rows,
      },
      { address, time, turn },
      { kindAndForm },
    );
    const timeOf = (row: number): [number, number] => [time[row] ?? 0, columns.nanoseconds[row] ?? 0];
    const summary: PartSummary = {
      first: this.first,
      rows,
      ...extremeIds(columns.id, rows, this.#idSlots === undefined),
      idsAscend: this.#idSlots === undefined,
      firstTime: timeOf(0),
      lastTime: timeOf(rows - 1),
      timesAscend: this.#timesAscend,
      firstTurn: turn[0] ?? 0,
      lastTurn: turn[rows - 1] ?? 0,
      lowestTurn: this.#lowestTurn,
      highestTurn: this.#highestTurn,
      turnsAscend: this.#turnsAscend,
    };
    return new FrozenPart(summary, arrays);
  }
}

/** Of each part before, which of the edges lead into it, and into which rows. */
export function outerDirectory(
  outerCauses: Uint32Array,
  before: readonly FrozenPart[],
): Record<"outerStarts" | "outerLowest" | "outerHighest", Uint32Array> {
  const outerStarts = new Uint32Array(before.length + 1);
  const outerLowest = new Uint32Array(before.length);
  const outerHighest = new Uint32Array(before.length);
  let at = 0;
  for (const [number, { first, rows }] of before.entries()) {
    outerStarts[number] = at;
    const end = lowerBound(outerCauses, first + rows, at, outerCauses.length);
    if (end === at) continue;
    outerLowest[number] = outerCauses[at] ?? 0;
    outerHighest[number] = outerCauses[end - 1] ?? 0;
    at = end;
  }
  outerStarts[before.length] = at;
  return { outerStarts, outerLowest, outerHighest };
}

function extremeIds(
  ids: Uint32Array,
  rows: number,
  ascend: boolean,
): Pick<PartSummary, "lowestId" | "highestId"> {
  let [lowest, highest] = [0, rows - 1];
  if (!ascend) {
    highest = 0;
    for (let row = 1; row < rows; row++) {
      if (compareUlids(ids, row * ULID_WORDS, ids, lowest * ULID_WORDS) < 0) lowest = row;
      if (compareUlids(ids, row * ULID_WORDS, ids, highest * ULID_WORDS) > 0) highest = row;
    }
  }
  return { lowestId: formatUlid(ids, lowest * ULID_WORDS), highestId: formatUlid(ids, highest * ULID_WORDS) };
}

function pieceOf(values: Uint32Array, base: number, lowest: number, end: number): Piece {
  return { base, lowest, end, length: values.length, from: 0, blocks: new OneBlock(values) };
}

function columnsOf(arrays: PartArrays): ColumnArrays {
  return {
    address: arrays.reals("address"),
    time: arrays.reals("time"),
    turn: arrays.reals("turn"),
    length: arrays.words("length"),
    agent: arrays.words("agent"),
    nanoseconds: arrays.words("nanoseconds"),
    id: arrays.words("id"),
    kindAndForm: arrays.bytes("kindAndForm"),
  };
}

function postingsOf(arrays: PartArrays, name: PostingsName): PackedPostings {
  const { keys, starts, rows } = POSTINGS[name];
  return { keys: arrays.words(keys), starts: arrays.words(starts), rows: arrays.words(rows) };
}
