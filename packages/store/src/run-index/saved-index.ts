import { Columns, type SavedColumns } from "./columns.ts";
import { Edges } from "./edges.ts";
import { Names } from "./event-fields.ts";
import { Postings } from "./postings.ts";
import { RunIndex } from "./run-index.ts";
import { type SkippedLine, SkippedLines } from "./skipped-lines.ts";
import { type StateVariable, StateVariables } from "./state-variables.ts";

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** What of an index is no array of numbers. */
export interface SavedIndexMeta {
  rows: number;
  agents: string[];
  variables: string[];
  /** Agent and variable of each key of `states`. */
  states: StateVariable[];
  missing: [eventId: string, edges: number[]][];
  skipped: { count: number; first: SkippedLine[] };
}

/** Copies what can change, so that it may be written while the index goes on growing. */
export function saveIndex(index: RunIndex): {
  meta: SavedIndexMeta;
  arrays: Record<string, ArrayBufferView>;
} {
  const { columns, edges, own, involved, states } = index.parts();
  const savedEdges = edges.save();
  const ownArrays = own.arrays();
  const involvedArrays = involved.arrays();
  const stateArrays = states.arrays();
  return {
    meta: {
      rows: index.rows,
      agents: [...index.names.agents.names],
      variables: [...index.names.variables.names],
      states: [...states.variables],
      missing: savedEdges.missing,
      skipped: { count: index.skipped.count, first: [...index.skipped.first] },
    },
    arrays: {
      ...columns.arrays(),
      edgeStarts: savedEdges.starts.slice(),
      edgeCauses: savedEdges.causes.slice(),
      edgeNext: savedEdges.next.slice(),
      lastEffect: savedEdges.lastEffect.slice(),
      ownStarts: ownArrays.starts,
      ownRows: ownArrays.rows,
      besidesStarts: involvedArrays.starts,
      besidesRows: involvedArrays.rows,
      stateStarts: stateArrays.starts,
      stateRows: stateArrays.rows,
      skippedStretches: index.skipped.stretches(),
    },
  };
}

/** @returns `undefined` where an array is not there */
export function restoreIndex(
  meta: SavedIndexMeta,
  arrays: ReadonlyMap<string, Numbers>,
): RunIndex | undefined {
  try {
    const words = (name: string): Uint32Array<ArrayBuffer> => expect(arrays, name, Uint32Array);
    const reals = (name: string): Float64Array<ArrayBuffer> => expect(arrays, name, Float64Array);
    const columns: SavedColumns = {
      address: reals("address"),
      length: words("length"),
      time: reals("time"),
      nanoseconds: words("nanoseconds"),
      turn: reals("turn"),
      agent: words("agent"),
      kindAndForm: expect(arrays, "kindAndForm", Uint8Array),
      id: words("id"),
    };
    const names = new Names();
    for (const name of meta.agents) names.agents.intern(name);
    for (const name of meta.variables) names.variables.intern(name);
    return new RunIndex({
      names,
      columns: Columns.from(columns, meta.rows),
      edges: new Edges({
        starts: words("edgeStarts"),
        causes: words("edgeCauses"),
        next: words("edgeNext"),
        lastEffect: words("lastEffect"),
        missing: meta.missing,
      }),
      own: new Postings(words("ownStarts"), words("ownRows")),
      involved: new Postings(words("besidesStarts"), words("besidesRows")),
      states: new StateVariables(meta.states, new Postings(words("stateStarts"), words("stateRows"))),
      skipped: new SkippedLines(meta.skipped.count, meta.skipped.first, words("skippedStretches")),
    });
  } catch (error) {
    if (error instanceof MissingArray) return undefined;
    throw error;
  }
}

class MissingArray extends Error {}

function expect<T extends Numbers>(
  arrays: ReadonlyMap<string, Numbers>,
  name: string,
  type: abstract new (...args: never[]) => T,
): T {
  const array = arrays.get(name);
  if (array instanceof type) return array;
  throw new MissingArray(name);
}
