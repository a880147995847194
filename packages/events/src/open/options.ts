import type { Clock, ScopeMode } from "../emit/index.ts";
import type { Provenance } from "../run/index.ts";
import type { TapeMode, VerbosityLevel } from "../schema/index.ts";
import type { Disk, Sink } from "../write/index.ts";
import type { Size } from "./size.ts";

export interface EventStreamOptions {
  /** The run: its directory's name. */
  simulationId: string;
  /** Where runs lie. Default `output`. */
  outputDir?: string | undefined;
  /** How deep to record. Default `ACTION`. */
  verbosity?: VerbosityLevel | undefined;
  /** How causes find their effects: `async` (AsyncLocalStorage, the default) or `explicit` (only through passed scopes). */
  scopes?: ScopeMode | undefined;
  /** Throw InvalidEventError where an event cannot be valid, instead of recording a SYSTEM failure. Default false. */
  strict?: boolean | undefined;
  /** Leave nothing behind on SIGINT, SIGTERM and SIGHUP. Default true; false leaves handlers to the host. */
  signals?: boolean | undefined;
  /** A segment's most bytes. Default 500MB. */
  maxFileSize?: Size | undefined;
  /** Bytes that may wait to be written. Default 64MB. */
  queueSize?: Size | undefined;
  /** The longest event; a longer one is recorded without its payload. Default 16MB, or a quarter of a smaller queue. */
  maxEventSize?: Size | undefined;
  /**
   * How many causes an event names at most, 1 to 4,096; beyond 64 only a DECISION, an ACTION and a DETAIL. Default 64, for a DETAIL
   * 4,096. What is past it is counted in `causes_omitted`.
   */
  maxCauses?: number | undefined;
  /** Whether a full queue drops the newest event (default) or makes emit wait. */
  onFull?: "drop" | "wait" | undefined;
  /** Rewrite closed segments as gzip. Default none. */
  compress?: "none" | "gzip" | undefined;
  /** With `fsync`, what `flush` has waited for is on the disk. Default none: it is in the file. */
  durability?: "none" | "fsync" | undefined;
  /**
   * What `stream.tape` keeps of model calls, once something is appended: `full` (default), `hash` (no message, schema or answer,
   * but their hashes: no replay) or `off` (no file).
   */
  tape?: TapeMode | undefined;
  /** Drain the queue in a thread of its own (default) or in this one. */
  thread?: "worker" | "inline" | undefined;
  /**
   * Told, in one line, what goes wrong with the recording, once and when it happens: that the disk takes no more events, that
   * the process ends with the run open. Default: a warning of the process, on standard error.
   */
  onWarning?: ((message: string) => void) | undefined;
  /** For run.json: name, config, seed, versions … */
  provenance?: Provenance | undefined;
  /** What the first event, simulation_start, says. */
  start?: { description?: string | undefined; details?: object | undefined } | undefined;
  /** A sink of one's own instead of a run directory. */
  sink?: Sink | undefined;
  /** For tests: a disk that fails, stalls or fills. Drains in this thread. */
  disk?: Disk | undefined;
  /** For tests: URL of a module that exports such a `disk`, for the drain's own thread. */
  diskModule?: string | undefined;
  /** Whose time the events are stamped with, in whole microseconds since 1970; default the machine's. See `manualClock`. */
  clock?: Clock | undefined;
}
