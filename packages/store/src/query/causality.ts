import { DEFAULT_CAUSALITY_DEPTH, MAX_CAUSALITY_DEPTH, type MissingCause } from "@llm-sim/api";
import { EVENT_TYPES, type Event } from "@llm-sim/events/schema";
import { eventNotFound, invalidArgument } from "../errors.ts";
import { batchesOf } from "../explain/rows/index.ts";
import type { Pace } from "../pace/index.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import { MAX_PAGE_BYTES } from "./event-page.ts";
import type { Causality, CausalityEntry, CausalityOptions } from "./types.ts";

/** Of both ways together. */
export const MAX_ENTRIES = 10_000;

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");

/**
 * What led to an event and what it led to. The turn that everything hangs from says little and ties all together: markers of
 * turns come last of what is equally near, and only where they are asked for, or asked about. Throws EVENT_NOT_FOUND,
 * INVALID_ARGUMENT.
 */
export async function causalityOf(
  view: RunView,
  eventId: string,
  depth: number | undefined = DEFAULT_CAUSALITY_DEPTH,
  { turnMarkers = false }: CausalityOptions | undefined = {},
  pace: Pace,
): Promise<Causality> {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_CAUSALITY_DEPTH) {
    throw invalidArgument("depth", `expected a whole number from 1 to ${MAX_CAUSALITY_DEPTH}`);
  }
  const { index } = view;
  const row = index.find(eventId);
  if (row < 0) throw eventNotFound(view.id, eventId);
  const missing: MissingCause[] = [];
  const markers = new TurnMarkers(view);
  const hides = !turnMarkers && !markers.has(row);
  const causes = await walk(pace, row, depth, markers, hides, (at) => knownCauses(index, at, missing));
  const effects = await walk(pace, row, depth, markers, hides, (at) => index.edges.effectsOf(at));
  // Where both together are too many, each is sure of half.
  const half = MAX_ENTRIES / 2;
  const effectCount = Math.min(effects.steps.length, Math.max(half, MAX_ENTRIES - causes.steps.length));
  const causeCount = Math.min(causes.steps.length, MAX_ENTRIES - effectCount);
  const size = { bytes: 0 };
  const upstream = await entries(pace, view, causes.steps.slice(0, causeCount), size, markers.events);
  const downstream = await entries(pace, view, effects.steps.slice(0, effectCount), size, markers.events);
  const left = causes.steps.length + effects.steps.length - upstream.length - downstream.length;
  return {
    event_id: eventId,
    event: view.event(row),
    upstream,
    downstream,
    missing,
    truncated: causes.isCut || effects.isCut || left > 0,
  };
}

interface Step {
  row: number;
  depth: number;
}

/** So many milestones are kept from when they were looked at to when they are told of, each of so many bytes at most. */
const MOST_KEPT = 1024;
const MOST_KEPT_BYTES = 4096;

/** Beginnings and ends of turns. */
class TurnMarkers {
  readonly #view: RunView;
  readonly #known = new Map<number, boolean>();
  /** Milestones that were read for it: an answer tells of most of them. */
  readonly events = new Map<number, Event>();

  constructor(view: RunView) {
    this.#view = view;
  }

  has(row: number): boolean {
    if (this.#view.index.columns.kind(row) !== MILESTONE) return false;
    let isMarker = this.#known.get(row);
    if (isMarker === undefined) {
      const event = this.#view.event(row);
      isMarker = event.event_type === "MILESTONE" && /^turn_(start|end)$/.test(event.milestone_type);
      this.#known.set(row, isMarker);
      if (this.events.size < MOST_KEPT && this.#view.index.columns.length(row) <= MOST_KEPT_BYTES)
        this.events.set(row, event);
    }
    return isMarker;
  }
}

/** Breadth first, each row once, the first not counted: a cycle ends where it comes round. */
async function walk(
  pace: Pace,
  start: number,
  depth: number,
  markers: TurnMarkers,
  hides: boolean,
  next: (row: number) => Iterable<number>,
): Promise<{ steps: Step[]; isCut: boolean }> {
  const seen = new Set([start]);
  const steps: Step[] = [];
  let frontier = [start];
  for (let level = 1; frontier.length > 0; level++) {
    const found: number[] = [];
    const last: number[] = [];
    let isCut = false;
    for (const row of frontier) {
      for (const other of next(row)) {
        if (seen.has(other)) continue;
        const isMarker = markers.has(other);
        if (isMarker && hides) continue;
        isCut = level > depth || steps.length + found.length + last.length === MAX_ENTRIES;
        if (isCut) break;
        seen.add(other);
        (isMarker ? last : found).push(other);
      }
      if (isCut) break;
      if (pace.isDue) await pace.yieldIfDue();
    }
    frontier = [...found, ...last];
    for (const row of frontier) steps.push({ row, depth: level });
    if (isCut) return { steps, isCut };
  }
  return { steps, isCut: false };
}

function knownCauses(index: RunIndex, row: number, missing: MissingCause[]): number[] {
  const known: number[] = [];
  for (const cause of index.edges.causesOf(row)) {
    if (typeof cause === "number") known.push(cause);
    else if (missing.length < MAX_ENTRIES) missing.push({ event_id: cause, referenced_by: index.idOf(row) });
  }
  return known;
}

/**
 * Reads the events, as many as go into an answer.
 *
 * @param known those of some rows
 */
async function entries(
  pace: Pace,
  view: RunView,
  steps: readonly Step[],
  size: { bytes: number },
  known: ReadonlyMap<number, Event>,
): Promise<CausalityEntry[]> {
  const kept = steps.filter(({ row }) => {
    size.bytes += view.index.columns.length(row);
    return size.bytes <= MAX_PAGE_BYTES;
  });
  // Read in the log's order, where neighbours come in one go.
  const rows = kept.map(({ row }) => row).filter((row) => !known.has(row));
  rows.sort((a, b) => a - b);
  const events = new Map<number, Event>();
  for (const batch of batchesOf(view.index, rows)) {
    for (const [place, event] of view.events(batch).entries()) events.set(batch[place] ?? -1, event);
    await pace.yieldIfDue();
  }
  return kept.flatMap(({ row, depth }) => {
    const event = known.get(row) ?? events.get(row);
    return event === undefined ? [] : [{ event, depth }];
  });
}
