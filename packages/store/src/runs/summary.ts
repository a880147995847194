import type { EndedBy, RunStatus, Tried } from "@llm-sim/events/run";
import type { EventType, VerbosityLevel } from "@llm-sim/events/schema";

/** What a list of runs shows of one. */
export interface RunSummary {
  id: string;
  name: string;
  status: RunStatus;
  /** Of the run, not of its newest segment; absent where the log holds no event and there is no `run.json`. */
  start_time?: string;
  /** Absent while it runs. */
  end_time?: string;
  event_count: number;
  /** The highest turn so far. */
  turns: number;
  verbosity?: VerbosityLevel;
  /** What brought it to its end, where the writer was told. */
  ended_by?: EndedBy;
  /** What agents tried and what came of it, as `summary.json` says; absent where there is none. */
  tried?: Tried;
  /** Why `summary.json` cannot be used, in one line. */
  summary_problem?: string;
  /** How many agents have events of their own; in a list absent where only an index could tell. */
  agents?: number;
  /** Events by kind; in a list absent where only an index could tell. */
  by_type?: Record<EventType, number>;
  /** Events that the writer had to give up, as `run.json` says. */
  dropped: number;
  /** Lines that are no valid events; in a list absent where only an index could tell. */
  skipped_lines?: number;
  /** Size of the log's files, compressed where they are. */
  bytes: number;
  segments: number;
  /** Why the run cannot be asked by its id, or its log not be read; then the rest may be what `run.json` says, and 0 where that says nothing. Only in a list. */
  unreadable?: string;
}

/** A run's summary once its whole log has been read. */
export type FullRunSummary = RunSummary & Required<Pick<RunSummary, "agents" | "by_type" | "skipped_lines">>;
