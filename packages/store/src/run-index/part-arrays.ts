import { ULID_WORDS } from "./ulid.ts";

/** Rows of a part, at most. */
export const PART_ROWS = 262_144;
/** No array of a part has as many. */
const MOST_ENTRIES = 2 ** 32;

/** In `kindAndForm`: the line is no native one, it is upcast before it is served. The rest is an index into EVENT_TYPES. */
export const UPCAST = 0x80;
export const KIND_MASK = 0x7f;
/** Set in a cause that was not in the log when it was named; the rest is its number among these. */
export const MISSING = 0x80000000;

/**
 * The arrays of a frozen part, of `rows` rows of which `first` is the first. What is called a local row counts from it; all other
 * rows are the run's. Edges are the causes that events name, one behind the other; of posting lists there are three kinds,
 * each with the keys that have entries in the part, ascending, where the entries of each begin (one start more than there are keys), and
 * the entries: local rows.
 */
export const PART_ARRAYS = {
  /** `address`: where the line begins in the run's lines laid end to end, in bytes; `time` in microseconds since 1970. */
  reals: ["address", "time", "turn"],
  words: [
    "length",
    "agent",
    /** Past the microsecond; empty where no event of the part has any. */
    "nanoseconds",
    /** Four words a row. */
    "id",
    /** Local rows by the hash of their ids; empty where ids ascend. */
    "idSlots",
    /** Of each row the first of its edges; one more than there are rows. */
    "causeStarts",
    /** Of each edge the row of the cause, or MISSING and its number among those that were missing when they were named. */
    "causes",
    /** Of each row the first of its effects in this part; one more than there are rows. */
    "effectStarts",
    /** Local rows. */
    "effects",
    /** Of each part before this one, in order, the first of the edges into it; one more than there are parts before. */
    "outerStarts",
    /** … the lowest of the rows that these come from, and the highest; 0 where there are none. */
    "outerLowest",
    "outerHighest",
    /** Rows of causes that lie in parts before, ascending, then in the order of the effects … */
    "outerCauses",
    /** … and the local row of the effect of each. */
    "outerEffects",
    "ownKeys",
    "ownStarts",
    "ownRows",
    "besidesKeys",
    "besidesStarts",
    "besidesRows",
    "stateKeys",
    "stateStarts",
    "stateRows",
  ],
  bytes: ["kindAndForm"],
} as const;

export type RealsName = (typeof PART_ARRAYS.reals)[number];
export type WordsName = (typeof PART_ARRAYS.words)[number];
export type BytesName = (typeof PART_ARRAYS.bytes)[number];

/** How many entries of an array stand for one row, where it is one of rows. */
export function entriesOfRow(name: string): number {
  return name === "id" ? ULID_WORDS : 1;
}

/** What there is of each event, in a part that grows too. */
export type ColumnReals = RealsName;
export type ColumnWords = "length" | "agent" | "nanoseconds" | "id";
export type ColumnBytes = BytesName;
export type ColumnArrays = Record<ColumnReals, Float64Array> &
  Record<ColumnWords, Uint32Array> &
  Record<ColumnBytes, Uint8Array>;

/** Entries of an array that lie side by side. */
export interface ArrayBlock<Kept> {
  /** The place of the first in the array. */
  readonly from: number;
  readonly values: Kept;
}

/** An array in blocks. */
export interface ArrayBlocks<Kept> {
  /** Of the array. */
  readonly entries: number;
  /** Entries of a block; the last may have fewer. */
  readonly size: number;
  /** The first entry of each block, in memory: which block has a value is known without reading others. Empty where there is one block. */
  readonly firsts: Kept;
  /** The block with an entry: beyond the array's end the last; an empty array has an empty one. */
  around(entry: number): ArrayBlock<Kept>;
}

/**
 * Where a frozen part has its arrays: in memory, each in one block, or in its file, in many. Who wants to know something takes the block
 * `around` an entry, and keeps none for longer than a synchronous step, but for the last that each column was read from.
 */
export interface PartArrays {
  wordBlocks(name: WordsName): ArrayBlocks<Uint32Array>;
  realBlocks(name: RealsName): ArrayBlocks<Float64Array>;
  byteBlocks(name: BytesName): ArrayBlocks<Uint8Array>;
  /** An array as a whole: read from a file, it may be a copy. */
  words(name: WordsName): Uint32Array;
  reals(name: RealsName): Float64Array;
  bytes(name: BytesName): Uint8Array;
  /** Bytes of memory that they take now. */
  readonly held: number;
}

/** What is known of a part without any of its arrays; as it is saved. */
export interface PartSummary {
  /** The row of its first event. */
  first: number;
  rows: number;
  /** The lowest and the highest of its ids. */
  lowestId: string;
  highestId: string;
  idsAscend: boolean;
  /** Of its first and of its last event: microseconds since 1970, and nanoseconds past them. */
  firstTime: [time: number, nanoseconds: number];
  lastTime: [time: number, nanoseconds: number];
  timesAscend: boolean;
  firstTurn: number;
  lastTurn: number;
  lowestTurn: number;
  highestTurn: number;
  turnsAscend: boolean;
}

/** All of a part. */
export interface NamedArrays {
  words: Readonly<Record<WordsName, Uint32Array>>;
  reals: Readonly<Record<RealsName, Float64Array>>;
  bytes: Readonly<Record<BytesName, Uint8Array>>;
}

/** An array in memory is one block. */
export class OneBlock<Kept extends { readonly length: number; subarray(from: number, to: number): Kept }>
  implements ArrayBlocks<Kept>, ArrayBlock<Kept>
{
  readonly from = 0;
  readonly size = MOST_ENTRIES;
  readonly values: Kept;

  constructor(values: Kept) {
    this.values = values;
  }

  get entries(): number {
    return this.values.length;
  }

  get firsts(): Kept {
    return this.values.subarray(0, 0);
  }

  around(): ArrayBlock<Kept> {
    return this;
  }
}

/** Arrays in memory. */
export class HeldArrays implements PartArrays {
  readonly named: NamedArrays;
  readonly held: number;

  constructor(words: NamedArrays["words"], reals: NamedArrays["reals"], bytes: NamedArrays["bytes"]) {
    this.named = { words, reals, bytes };
    let held = 0;
    for (const arrays of [words, reals, bytes])
      for (const array of Object.values(arrays)) held += array.byteLength;
    this.held = held;
  }

  wordBlocks(name: WordsName): OneBlock<Uint32Array> {
    return new OneBlock(this.named.words[name]);
  }

  realBlocks(name: RealsName): OneBlock<Float64Array> {
    return new OneBlock(this.named.reals[name]);
  }

  byteBlocks(name: BytesName): OneBlock<Uint8Array> {
    return new OneBlock(this.named.bytes[name]);
  }

  words(name: WordsName): Uint32Array {
    return this.named.words[name];
  }

  reals(name: RealsName): Float64Array {
    return this.named.reals[name];
  }

  bytes(name: BytesName): Uint8Array {
    return this.named.bytes[name];
  }
}
