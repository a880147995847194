import { EVENT_TYPES } from "@llm-sim/events/schema";
import { type Names, NO_AGENT } from "./event-fields.ts";
import { FrozenPart, POSTINGS, type PostingsName } from "./frozen-part.ts";
import { outerDirectory } from "./growing-part.ts";
import { HeldArrays, MISSING, type NamedArrays, type PartSummary, type WordsName } from "./part-arrays.ts";
import type { RunIndex } from "./run-index.ts";
import type { SavedSkippedLines } from "./skipped-lines.ts";
import type { StateVariable } from "./state-variables.ts";
import { parseUlid, ULID_WORDS } from "./ulid.ts";

const KINDS = EVENT_TYPES.length;
/** A row and a row of a part in one number that stays exact. */
const ROWS = 2 ** 20;

/**
 * A stretch of a log that was scanned by itself, as a thread hands it over: rows count from its first, names, variables and missing causes are
 * numbered in the order in which they appear in it.
 */
export interface ScannedRows {
  /** `undefined` where there are no rows. */
  part: { summary: PartSummary; arrays: NamedArrays } | undefined;
  agents: readonly string[];
  silentAgents: readonly number[];
  variables: readonly string[];
  states: readonly StateVariable[];
  /** The ids of causes that do not lie in the stretch. */
  missing: readonly string[];
  skipped: SavedSkippedLines;
}

/** @returns `undefined` where a cause comes behind its effect: who scans in order is to say what that means */
export function scannedRows(index: RunIndex): ScannedRows | undefined {
  const { parts, silentAgents } = index.snapshot();
  if (index.edges.hasLateCauses || parts.length > 1) return undefined;
  const { summary, arrays } = parts[0] ?? {};
  return {
    part:
      summary !== undefined && arrays instanceof HeldArrays ? { summary, arrays: arrays.named } : undefined,
    agents: index.names.agents.names,
    silentAgents,
    variables: index.names.variables.names,
    states: index.states.variables,
    missing: [...index.edges.missing.open()],
    skipped: index.skipped.save(),
  };
}

/** The memory of the arrays, which can change hands. */
export function buffersOf({ part }: ScannedRows): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const { words = {}, reals = {}, bytes = {} } = part?.arrays ?? {};
  for (const { buffer } of [words, reals, bytes].flatMap((arrays) =>
    Object.values<Uint8Array | Uint32Array | Float64Array>(arrays),
  ))
    if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffers.add(buffer);
  return [...buffers];
}

/** What the stretch's numbers are among those of the run. */
interface Codes {
  agents: Uint32Array;
  states: Uint32Array;
}

/** Takes the names over in the order in which they would have come one by one. */
function codesOf(
  { agents, variables, states }: ScannedRows,
  names: Names,
  keyOf: (state: StateVariable) => number,
): Codes {
  const agentCodes = Uint32Array.from(agents, (name) => names.agents.intern(name));
  const variableCodes = Uint32Array.from(variables, (name) => names.variables.intern(name));
  const stateKeys = Uint32Array.from(states, ({ agent, variable }) =>
    keyOf({ agent: agentCodes[agent] ?? 0, variable: variableCodes[variable] ?? 0 }),
  );
  return { agents: agentCodes, states: stateKeys };
}

/**
 * The stretch as a part of the run's index, behind what that has; the codes of agents that have events of their own in it. The index knows its names
 * from then on.
 */
export function takenOver(
  scanned: ScannedRows,
  index: RunIndex,
): { part: FrozenPart | undefined; actingAgents: number[] } {
  const { part, missing, silentAgents } = scanned;
  const codes = codesOf(scanned, index.names, ({ agent, variable }) => index.states.key(agent, variable));
  const silent = new Set([NO_AGENT, ...silentAgents]);
  const actingAgents = [...codes.agents].filter((_, agent) => !silent.has(agent));
  if (part === undefined) return { part, actingAgents };
  const first = index.rows;
  const { words, reals, bytes } = part.arrays;
  const edges = settledEdges(words, missing, index, first);
  const arrays = new HeldArrays(
    {
      ...words,
      agent: isSame(codes.agents) ? words.agent : words.agent.map((agent) => codes.agents[agent] ?? 0),
      ...edges,
      ...withKeys(words, "own", codes.agents, KINDS),
      ...withKeys(words, "besides", codes.agents, KINDS),
      ...withKeys(words, "state", codes.states, 1),
    },
    reals,
    bytes,
  );
  return { part: new FrozenPart({ ...part.summary, first }, arrays), actingAgents };
}

/** Whether an event of the stretch is in the index already; nearly always all ids are above those before. */
export function hasRepeated({ part }: ScannedRows, { ids }: RunIndex): boolean {
  if (part === undefined) return false;
  const { summary, arrays } = part;
  const words = new Uint32Array(ULID_WORDS);
  parseUlid(summary.lowestId, words, 0);
  if (ids.isAbove(words)) return false;
  const { id } = arrays.words;
  for (let row = 0; row < summary.rows; row++) {
    words.set(id.subarray(row * ULID_WORDS, (row + 1) * ULID_WORDS));
    if (!ids.isNew(words)) return true;
  }
  return false;
}

/** The causes as rows of the run: those in the stretch, and what lies before it or is missing. */
function settledEdges(
  { causes, causeStarts }: Words,
  missing: readonly string[],
  index: RunIndex,
  first: number,
): Pick<Words, "causes" | "outerStarts" | "outerLowest" | "outerHighest" | "outerCauses" | "outerEffects"> {
  const found = missing.map((id) => index.find(id));
  const settled = new Uint32Array(causes.length);
  const outer: number[] = [];
  for (let row = 0, edge = 0; row + 1 < causeStarts.length; row++) {
    for (const end = causeStarts[row + 1] ?? 0; edge < end; edge++) {
      const cause = causes[edge] ?? 0;
      const before = cause < MISSING ? -1 : (found[cause - MISSING] ?? -1);
      if (cause < MISSING) settled[edge] = cause + first;
      else if (before < 0)
        settled[edge] = MISSING | index.edges.missing.refer(missing[cause - MISSING] ?? "", row + first);
      else {
        settled[edge] = before;
        outer.push(before * ROWS + row);
      }
    }
  }
  const sorted = Float64Array.from(outer).sort();
  const outerCauses = Uint32Array.from(sorted, (edge) => Math.floor(edge / ROWS));
  return {
    causes: settled,
    outerCauses,
    outerEffects: Uint32Array.from(sorted, (edge) => edge % ROWS),
    ...outerDirectory(outerCauses, index.frozen),
  };
}

type Words = Record<WordsName, Uint32Array>;

/** Posting lists under other keys: a key is a code times `step`, and something below that. */
function withKeys(words: Words, name: PostingsName, codes: Uint32Array, step: number): Partial<Words> {
  if (isSame(codes)) return {};
  const { keys: keysName, starts: startsName, rows: rowsName } = POSTINGS[name];
  const [keys, starts, rows] = [words[keysName], words[startsName], words[rowsName]];
  const renamed = Array.from(keys, (key, place) => ({
    key: (codes[Math.floor(key / step)] ?? 0) * step + (key % step),
    place,
  }));
  renamed.sort((one, other) => one.key - other.key);
  const [newStarts, newRows] = [new Uint32Array(starts.length), new Uint32Array(rows.length)];
  let filled = 0;
  for (const [number, { place }] of renamed.entries()) {
    const list = rows.subarray(starts[place], starts[place + 1]);
    newRows.set(list, filled);
    filled += list.length;
    newStarts[number + 1] = filled;
  }
  return {
    [keysName]: Uint32Array.from(renamed, ({ key }) => key),
    [startsName]: newStarts,
    [rowsName]: newRows,
  };
}

function isSame(codes: Uint32Array): boolean {
  return codes.every((code, number) => code === number);
}
