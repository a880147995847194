import { eventNotFound, invalidArgument } from "../errors.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import { MAX_PAGE_BYTES } from "./event-page.ts";
import type { Causality, CausalityEntry, MissingCause } from "./types.ts";

export const DEFAULT_DEPTH = 5;
export const MAX_DEPTH = 20;
/** Of both ways together. */
export const MAX_ENTRIES = 10_000;

/** What led to an event and what it led to. Throws EVENT_NOT_FOUND, INVALID_ARGUMENT. */
export function causalityOf(view: RunView, eventId: string, depth: number = DEFAULT_DEPTH): Causality {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH) {
    throw invalidArgument("depth", `expected a whole number from 1 to ${MAX_DEPTH}`);
  }
  const { index } = view;
  const row = index.find(eventId);
  if (row < 0) throw eventNotFound(view.id, eventId);
  const missing: MissingCause[] = [];
  const causes = walk(row, depth, (at) => knownCauses(index, at, missing));
  const effects = walk(row, depth, (at) => index.edges.effectsOf(at));
  // Where both together are too many, each is sure of half.
  const half = MAX_ENTRIES / 2;
  const effectCount = Math.min(effects.steps.length, Math.max(half, MAX_ENTRIES - causes.steps.length));
  const causeCount = Math.min(causes.steps.length, MAX_ENTRIES - effectCount);
  const size = { bytes: 0 };
  const upstream = entries(view, causes.steps.slice(0, causeCount), size);
  const downstream = entries(view, effects.steps.slice(0, effectCount), size);
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

/** Breadth first, each row once, the first not counted: a cycle ends where it comes round. */
function walk(
  start: number,
  depth: number,
  next: (row: number) => Iterable<number>,
): { steps: Step[]; isCut: boolean } {
  const seen = new Set([start]);
  const steps: Step[] = [];
  let frontier = [start];
  for (let level = 1; frontier.length > 0; level++) {
    const found: number[] = [];
    for (const row of frontier) {
      for (const other of next(row)) {
        if (seen.has(other)) continue;
        if (level > depth || steps.length === MAX_ENTRIES) return { steps, isCut: true };
        seen.add(other);
        found.push(other);
        steps.push({ row: other, depth: level });
      }
    }
    frontier = found;
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

/** Reads the events, as many as go into an answer. */
function entries(view: RunView, steps: readonly Step[], size: { bytes: number }): CausalityEntry[] {
  const kept = steps.filter(({ row }) => {
    size.bytes += view.index.columns.length[row] ?? 0;
    return size.bytes <= MAX_PAGE_BYTES;
  });
  // Read in the log's order, where neighbours come in one go.
  const rows = kept.map(({ row }) => row).sort((a, b) => a - b);
  const events = new Map(view.events(rows).map((event, place) => [rows[place], event]));
  return kept.flatMap(({ row, depth }) => {
    const event = events.get(row);
    return event === undefined ? [] : [{ event, depth }];
  });
}
