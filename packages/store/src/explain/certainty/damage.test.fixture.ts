import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closedSegments, type RunManifest, readManifest } from "@llm-sim/events/run";
import type { Event, JsonObject } from "@llm-sim/events/schema";
import * as fc from "fast-check";

interface ListingManifest extends RunManifest {
  segments: Listed[];
}
type Listed = NonNullable<RunManifest["segments"]>[number];

/** A run's files as they lie on disk, the active segment last. */
export interface RunOnDisk {
  /** With what segments.jsonl lists. */
  manifest: ListingManifest | undefined;
  segments: { file: string; lines: string[] }[];
}

export function readRun(directory: string): RunOnDisk {
  const written = readManifest(directory);
  const manifest = written && {
    ...written,
    segments: closedSegments(directory, written).segments.map((one) => ({ ...one })),
  };
  const files = [...(manifest?.segments.map(({ file }) => file) ?? []), "events.jsonl"];
  return {
    manifest,
    segments: files.map((file) => ({
      file,
      lines: readFileSync(join(directory, file), "utf8").trimEnd().split("\n"),
    })),
  };
}

/** What befalls a run; `at` and `length` pick the place, each from 0 to 1. */
export interface Damage {
  kind: (typeof DAMAGES)[number];
  at: number;
  length: number;
}

/** What a program does comes before what befalls its files. */
const DAMAGES = [
  "recorded at ACTION",
  "STATE too large",
  "STATE not valid",
  "dropped, as the log tells",
  "STATE dropped, as the log tells",
  "dropped at the end, untold",
  "writer killed",
  "cut line",
  "line repeated",
  "segment gone",
  "segment cut off",
  "active segment gone",
  "garbled line",
  "line that is no JSON any more",
  "zeros before a line",
  "junk line",
  "no run.json",
  "no causes claimed",
] as const;

export const anyDamage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...DAMAGES),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  length: fc.double({ min: 0, max: 0.3, noNaN: true }),
});

export function inOrder(damages: readonly Damage[]): Damage[] {
  return damages.toSorted((a, b) => DAMAGES.indexOf(a.kind) - DAMAGES.indexOf(b.kind));
}

export function damaged(run: RunOnDisk, { kind, at, length }: Damage): RunOnDisk {
  const places = run.segments.flatMap(({ lines }, segment) => lines.map((_, line) => ({ segment, line })));
  const place = places[Math.floor(at * places.length)] ?? { segment: 0, line: 0 };
  const span = 1 + Math.floor(length * places.length);
  const start = Math.floor(at * places.length);
  const whole = run.segments[place.segment]?.lines[place.line] ?? "";
  const replaced = (...lines: string[]) => withLines(run, place.segment, place.line, lines);
  switch (kind) {
    case "cut line":
      return replaced();
    case "garbled line":
      return replaced(whole.slice(0, Math.floor(whole.length * length * 3)));
    case "line that is no JSON any more":
      return replaced(whole.replace(/"turn_number":\d+/, '"turn_number":NaN'));
    case "zeros before a line":
      return replaced("\0".repeat(span) + whole);
    case "line repeated":
      return withLines(run, place.segment, (run.segments[place.segment]?.lines.length ?? 1) - 1, [
        run.segments[place.segment]?.lines.at(-1) ?? "",
        whole,
      ]);
    case "junk line":
      return replaced("Segmentation fault", whole);
    case "segment gone":
      return { ...run, segments: run.segments.filter((_, segment) => segment !== place.segment) };
    case "segment cut off":
      return mapSegment(run, place.segment, (lines) => lines.slice(0, place.line));
    case "active segment gone":
      return { ...run, segments: run.segments.slice(0, -1) };
    case "dropped, as the log tells":
      return withoutEvents(run, (_, index) => index >= start && index < start + span, start + span, true);
    case "STATE dropped, as the log tells":
      return withoutEvents(
        run,
        ({ event_type }, index) => event_type === "STATE" && index >= start && index < start + span,
        start + span,
        true,
      );
    case "dropped at the end, untold":
      return withoutEvents(run, (_, index) => index >= start, start, false);
    case "writer killed": {
      const cut = { ...run, segments: run.segments.slice(0, place.segment + 1) };
      const { manifest } = run;
      return {
        ...mapSegment(cut, place.segment, (lines) => lines.slice(0, place.line + 1)),
        // As it was written last, before what came after it.
        manifest: manifest && {
          ...manifest,
          status: "running",
          counts: { emitted: 0, written: 0, dropped: 0, suppressed: 0, pending: 0 },
          segments: manifest.segments.slice(0, place.segment),
        },
      };
    }
    case "STATE too large":
      return withState(run, start, (event) => ({ ...event, new_value: null, lossy: ["/new_value"] }));
    case "STATE not valid":
      return withState(run, start, ({ event_id, timestamp, turn_number, simulation_id, caused_by }) => ({
        event_id,
        timestamp,
        turn_number,
        event_type: "SYSTEM",
        simulation_id,
        caused_by: caused_by ?? [],
        description: "Not a valid STATE event: agent_id is not text",
        status: "failure",
        error_type: "invalid_event",
        details: { event_type: "STATE", reason: "agent_id is not text", input: {} },
      }));
    case "recorded at ACTION": {
      const coarse = withoutEvents(
        run,
        ({ event_type }) => event_type === "STATE" || event_type === "DETAIL",
        0,
        false,
      );
      const { manifest } = coarse;
      return {
        ...coarse,
        manifest: manifest && {
          ...manifest,
          verbosity: "ACTION",
          counts: { ...manifest.counts, dropped: 0 },
        },
      };
    }
    case "no run.json":
      return { ...run, manifest: undefined };
    case "no causes claimed":
      return { ...run, manifest: run.manifest && { ...run.manifest, causes: undefined } };
  }
}

function withLines(run: RunOnDisk, segment: number, line: number, lines: string[]): RunOnDisk {
  return mapSegment(run, segment, (all) => all.toSpliced(line, 1, ...lines));
}

function mapSegment(run: RunOnDisk, segment: number, change: (lines: string[]) => string[]): RunOnDisk {
  return {
    ...run,
    segments: run.segments.map((one, number) =>
      number === segment ? { ...one, lines: change(one.lines) } : one,
    ),
  };
}

/** The first STATE event at the place or behind it becomes another. */
function withState(run: RunOnDisk, start: number, change: (event: Event) => object): RunOnDisk {
  let index = -1;
  let isDone = false;
  return {
    ...run,
    segments: run.segments.map(({ file, lines }) => ({
      file,
      lines: lines.map((line) => {
        index++;
        const event: Event = JSON.parse(line);
        if (isDone || index < start || event.event_type !== "STATE") return line;
        isDone = true;
        return JSON.stringify(change(event));
      }),
    })),
  };
}

/** As the emitter does without events: what they led to carries their causes; run.json counts and lists what is there. */
function withoutEvents(
  run: RunOnDisk,
  isOut: (event: Event, index: number) => boolean,
  told: number,
  isTold: boolean,
): RunOnDisk {
  const standIns = new Map<string, readonly string[]>();
  const counts: Record<string, number> = {};
  const out: Event[] = [];
  let index = -1;
  let sayAt = isTold ? told : Number.POSITIVE_INFINITY;
  const segments = run.segments.map(({ file, lines }) => ({
    file,
    lines: lines.flatMap((line): string[] => {
      index++;
      const event: Event = JSON.parse(line);
      const causes = [...new Set((event.caused_by ?? []).flatMap((id) => standIns.get(id) ?? [id]))];
      if (isOut(event, index)) {
        standIns.set(event.event_id, causes);
        counts[event.event_type] = (counts[event.event_type] ?? 0) + 1;
        out.push(event);
        return [];
      }
      const kept = JSON.stringify(causes.length === 0 ? event : { ...event, caused_by: causes });
      if (index < sayAt || out.length === 0) return [kept];
      sayAt = Number.POSITIVE_INFINITY;
      return [JSON.stringify(warning(event, out, counts)), kept];
    }),
  }));
  const { manifest } = run;
  // What another damage took is counted still.
  const gained = new Map(
    segments.map(({ file, lines }, number) => [
      file,
      lines.length - (run.segments[number]?.lines.length ?? 0),
    ]),
  );
  const total = [...gained.values()].reduce((sum, lines) => sum + lines, 0);
  return {
    segments,
    manifest: manifest && {
      ...manifest,
      counts: {
        ...manifest.counts,
        written: manifest.counts.written + total,
        dropped: manifest.counts.dropped + out.length,
      },
      segments: manifest.segments.map((listed) => ({
        ...listed,
        events: listed.events + (gained.get(listed.file) ?? 0),
        bytes: 0,
      })),
    },
  };
}

/** With an id between the one before and the one behind it. */
function warning(before: Event, out: readonly Event[], counts: Record<string, number>): JsonObject {
  const [first, last] = [out[0], out.at(-1)];
  return {
    event_id: `${(last ?? before).event_id.slice(0, -1)}Z`,
    timestamp: before.timestamp,
    turn_number: before.turn_number,
    event_type: "SYSTEM",
    simulation_id: before.simulation_id,
    caused_by: [before.caused_by?.[0] ?? before.event_id],
    description: `${out.length} events were dropped`,
    status: "warning",
    error_type: "events_dropped",
    details: {
      dropped: out.length,
      counts: { ...counts },
      first_timestamp: first?.timestamp ?? before.timestamp,
      last_timestamp: last?.timestamp ?? before.timestamp,
      turn_start: first?.turn_number ?? 0,
      turn_end: last?.turn_number ?? 0,
    },
  };
}
