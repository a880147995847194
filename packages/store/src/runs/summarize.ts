import { join } from "node:path";
import type { RunSummary } from "@llm-sim/api";
import {
  ACTIVE_SEGMENT_FILE,
  isBeingWritten,
  isOutOfFiles,
  type RunManifest,
  type RunStatus,
  readManifest,
  readRegular,
  readSummaryHead,
} from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import type { LogFacts } from "../sidecar/index.ts";
import { lastEvent } from "./last-event.ts";

/** A run's summary once its whole log has been read. */
export type FullRunSummary = RunSummary & Required<Pick<RunSummary, "agents" | "by_type" | "skipped_lines">>;

/** Puts together what `run.json`, the lock and the log say of a run. */
export function summarize(id: string, directory: string, log: LogFacts): FullRunSummary {
  const manifest = readManifest(directory);
  const status = statusOf(directory, manifest, log.has_ended);
  const start = manifest?.start_time ?? log.first_timestamp;
  const end = status === "running" ? undefined : (manifest?.end_time ?? log.last_timestamp);
  return {
    id,
    name: nameOf(id, directory, manifest),
    status,
    ...(start === undefined ? {} : { start_time: start }),
    ...(end === undefined ? {} : { end_time: end }),
    event_count: log.event_count,
    turns: log.turns,
    ...(manifest === undefined ? {} : { verbosity: manifest.verbosity }),
    ...endOf(directory, status, manifest),
    ...parentIn(manifest),
    ...madeIn(manifest),
    agents: log.agents,
    by_type: log.by_type,
    dropped: manifest?.counts.dropped ?? 0,
    skipped_lines: log.skipped_lines,
    bytes: log.bytes,
    segments: log.segments,
  };
}

/** What is known of a run only once it is over: while it goes on there is no summary. */
export function endOf(
  directory: string,
  status: RunStatus,
  manifest: RunManifest | undefined,
  { last, hasSummary = true }: { last?: Event; hasSummary?: boolean } = {},
): Pick<RunSummary, "ended_by" | "end_reason" | "end_event_id" | "tried" | "summary_problem"> {
  if (status === "running") return {};
  // Of a run that played its turns there is nothing to say, and nothing to look for.
  const isUsual = manifest?.ended_by === "turns";
  const end = isUsual ? undefined : (last ?? lastEvent(join(directory, ACTIVE_SEGMENT_FILE)));
  const read = hasSummary ? readSummaryHead(directory) : undefined;
  return {
    ...(manifest?.ended_by !== undefined && { ended_by: manifest.ended_by }),
    ...saidAtEnd(end),
    ...(read && ("summary" in read ? { tried: read.summary.tried } : { summary_problem: read.problem })),
  };
}

/** What a run says with its last event, where that is its end. */
export function saidAtEnd(last: Event | undefined): Pick<RunSummary, "end_reason" | "end_event_id"> {
  if (last?.event_type !== "MILESTONE" || last.milestone_type !== "simulation_end") return {};
  const { description: reason, event_id } = last;
  return {
    ...(reason !== undefined && reason.trim() !== "" && { end_reason: reason }),
    end_event_id: event_id,
  };
}

/** The run that one goes on from. */
export function parentIn(manifest: RunManifest | undefined): Pick<RunSummary, "parent"> {
  if (!manifest?.parent) return {};
  const { simulation_id, turn, event_id } = manifest.parent;
  return { parent: { simulation_id, turn, event_id } };
}

/** From which seed a run was made, and with which others. */
export function madeIn(manifest: RunManifest | undefined): Pick<RunSummary, "seed" | "batch"> {
  if (!manifest) return {};
  const { seed, batch } = manifest;
  return {
    ...(seed !== undefined && { seed }),
    ...(batch !== undefined && {
      batch: {
        id: batch.id,
        name: batch.name,
        ...(batch.config_hash !== undefined && { config_hash: batch.config_hash }),
        settings: batch.settings,
      },
    }),
  };
}

/** What there is to say of a run whose log cannot be read, so that a list need not fail because of it. */
export function summarizeUnread(id: string, directory: string, unreadable: string): RunSummary {
  const manifest = readManifest(directory);
  return {
    id,
    name: nameOf(id, directory, manifest),
    status: statusOf(directory, manifest, false),
    ...(manifest !== undefined && { start_time: manifest.start_time, verbosity: manifest.verbosity }),
    ...(manifest?.end_time !== undefined && { end_time: manifest.end_time }),
    ...parentIn(manifest),
    ...madeIn(manifest),
    event_count: manifest?.counts.written ?? 0,
    turns: 0,
    dropped: manifest?.counts.dropped ?? 0,
    bytes: 0,
    segments: 0,
    unreadable,
  };
}

/** `running` only while its writer lives; a run that was never ended has been interrupted. */
export function statusOf(directory: string, manifest: RunManifest | undefined, hasEnded: boolean): RunStatus {
  if (isBeingWritten(directory)) return "running";
  if (manifest !== undefined && manifest.status !== "running") return manifest.status;
  return manifest === undefined && hasEnded ? "completed" : "interrupted";
}

export function nameOf(id: string, directory: string, manifest: RunManifest | undefined): string {
  return manifest?.name ?? (manifest === undefined ? foreignName(directory) : undefined) ?? id;
}

/** The Python `llm-sim` keeps the run's configuration in `config.json`. */
function foreignName(directory: string): string | undefined {
  try {
    const config: unknown = JSON.parse(readRegular(join(directory, "config.json")));
    const simulation = isObject(config) ? config.simulation : undefined;
    const name = isObject(simulation) ? simulation.name : undefined;
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
