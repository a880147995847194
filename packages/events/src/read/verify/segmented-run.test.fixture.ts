import { type ClosedSegment, closedSegmentName, type RunManifest } from "../../run/index.ts";
import type { JsonObject } from "../../schema/index.ts";
import { StateFold } from "../../state/index.ts";
import {
  cleanLog,
  type ListingManifest,
  manifestOf,
  runDirectory,
  textOf,
  timeOf,
} from "../built-run.test.fixture.ts";

export const ACTIVE = "events.jsonl";
export const FIRST = closedSegmentName(timeOf(4));
export const SECOND = closedSegmentName(timeOf(8));
/** Where `cleanLog` is cut. */
const CUTS = { [FIRST]: [0, 5], [SECOND]: [5, 9], [ACTIVE]: [9, undefined] } as const;
export type Segments = Record<string, JsonObject[]>;
export type Files = Record<string, string | Buffer>;

function cut(events: readonly JsonObject[]): Segments {
  return Object.fromEntries(Object.entries(CUTS).map(([file, [from, to]]) => [file, events.slice(from, to)]));
}

/** A run of two closed segments and the active one, all right but for what the changes make wrong. */
export function run(changes: {
  events?: (events: JsonObject[]) => void;
  segments?: (segments: Segments) => void;
  manifest?: (manifest: ListingManifest) => void;
  /** Where the closed segments are listed; by default in run.json. */
  list?: "run.json" | "segments.jsonl" | undefined;
  files?: (files: Files) => void;
  name?: string;
}): string {
  const events = cleanLog();
  changes.events?.(events);
  const segments = cut(events);
  changes.segments?.(segments);
  const manifest = manifestOf(segments);
  changes.manifest?.(manifest);
  const files: Files = Object.fromEntries(
    Object.entries(segments).map(([file, content]) => [file, textOf(content)]),
  );
  if (changes.list === "segments.jsonl") {
    const { segments: listed, ...rest } = manifest;
    files["run.json"] = JSON.stringify(rest);
    files["segments.jsonl"] = listed.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  } else files["run.json"] = JSON.stringify(manifest);
  changes.files?.(files);
  return runDirectory(files, changes.name);
}

/** Changes the event at this index. */
export function change(index: number, fields: JsonObject) {
  return (events: JsonObject[]): void => {
    events[index] = { ...events[index], ...fields };
  };
}

export function without(index: number, field: string) {
  return (events: JsonObject[]): void => {
    const { [field]: _, ...rest } = events[index] ?? {};
    events[index] = rest;
  };
}

export const START: JsonObject = { event_type: "MILESTONE", milestone_type: "simulation_start" };

/** The state hash of `cleanLog`'s end. */
export function cleanHash(): string {
  return StateFold.from({ global: { "market.rate": 0.6 }, agents: {} }).hash();
}

export function closed(manifest: ListingManifest, index: number): ClosedSegment {
  const segment = manifest.segments[index];
  if (!segment) throw new Error(`The manifest has no segment ${index}.`);
  return segment;
}

export function manifestWith(fields: Partial<RunManifest>) {
  return (manifest: RunManifest): void => {
    Object.assign(manifest, fields);
  };
}

export function countsWith(fields: Partial<RunManifest["counts"]>) {
  return (manifest: RunManifest): void => {
    Object.assign(manifest.counts, fields);
  };
}

/** Changes the entry of the closed segment with this index. */
export function entryWith(index: number, fields: Partial<ClosedSegment>) {
  return (manifest: ListingManifest): void => {
    Object.assign(closed(manifest, index), fields);
  };
}

export function append(file: string, text: string) {
  return (files: Files): void => {
    files[file] = `${String(files[file])}${text}`;
  };
}

/** As a coarser run would have it. */
export function withoutState(events: JsonObject[]): void {
  events.splice(0, events.length, ...events.filter((event) => event.event_type !== "STATE"));
}

/** Names the segments by what they hold now. */
export function recut(segments: Segments): void {
  const events = Object.values(segments).flat();
  for (const file of Object.keys(segments)) delete segments[file];
  segments[closedSegmentName(timeOf(5))] = events.slice(0, 4);
  segments[ACTIVE] = events.slice(4);
}
