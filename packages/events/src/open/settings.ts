import { resolve } from "node:path";
import { type OptionNames, unknownOption } from "../naming/index.ts";
import { type Provenance, provenanceSchema } from "../run/index.ts";
import {
  DEFAULT_VERBOSITY,
  MOST_CAUSES,
  simulationIdSchema,
  TAPE_MODES,
  type TapeMode,
  VERBOSITY_LEVELS,
  type VerbosityLevel,
} from "../schema/index.ts";
import type { EventStreamOptions } from "./options.ts";
import { parseSize } from "./size.ts";

const DEFAULT_MAX_FILE_SIZE = "500MB";
const DEFAULT_QUEUE_SIZE = "64MB";
const DEFAULT_MAX_EVENT_SIZE = 16 * 1024 * 1024;
// Below this not even an event without its payload is sure to fit.
const SMALLEST_EVENT_SIZE = 16 * 1024;
// The largest event has to find room beside others, at the ring's end or at its beginning.
const EVENTS_PER_QUEUE = 4;
const LARGEST_QUEUE = 1024 ** 3;

const OPTIONS: OptionNames<EventStreamOptions> = {
  simulationId: true,
  outputDir: true,
  verbosity: true,
  scopes: true,
  strict: true,
  signals: true,
  maxFileSize: true,
  queueSize: true,
  maxEventSize: true,
  maxCauses: true,
  onFull: true,
  compress: true,
  durability: true,
  tape: true,
  thread: true,
  onWarning: true,
  provenance: true,
  start: true,
  sink: true,
  disk: true,
  diskModule: true,
  clock: true,
};
const START_OPTIONS: OptionNames<NonNullable<EventStreamOptions["start"]>> = {
  description: true,
  details: true,
};

/** The options with every choice made. */
export interface Settings {
  simulationId: string;
  /** Absolute: the host may change its working directory. */
  outputDir: string;
  verbosity: VerbosityLevel;
  scopes: "async" | "explicit";
  maxFileSize: number;
  queueSize: number;
  maxEventSize: number;
  maxCauses: number | undefined;
  onFull: "drop" | "wait";
  compress: "none" | "gzip";
  durability: "none" | "fsync";
  tape: TapeMode;
  thread: "worker" | "inline";
  provenance: Provenance;
}

/** @throws RangeError that names the option, what it is and what was expected */
export function settingsOf(options: EventStreamOptions): Settings {
  const unknown =
    unknownOption("openEventStream", options, OPTIONS) ??
    unknownOption("start", options.start ?? {}, START_OPTIONS);
  if (unknown !== undefined) throw new RangeError(`${unknown}.`);
  const id = simulationIdSchema.safeParse(options.simulationId);
  if (!id.success) {
    throw new RangeError(
      `simulationId is ${JSON.stringify(options.simulationId)}: ${id.error.issues[0]?.message ?? "not an id"}.`,
    );
  }
  const queueSize = parseSize(options.queueSize ?? DEFAULT_QUEUE_SIZE, "queueSize");
  if (queueSize < SMALLEST_EVENT_SIZE * EVENTS_PER_QUEUE || queueSize > LARGEST_QUEUE) {
    throw new RangeError(`queueSize is ${queueSize} bytes: expected 64KB to 1GB.`);
  }
  const largest = Math.floor(queueSize / EVENTS_PER_QUEUE);
  const maxEventSize = parseSize(
    options.maxEventSize ?? Math.min(DEFAULT_MAX_EVENT_SIZE, largest),
    "maxEventSize",
  );
  if (maxEventSize < SMALLEST_EVENT_SIZE || maxEventSize > largest) {
    throw new RangeError(
      `maxEventSize is ${maxEventSize} bytes: expected 16KB to a quarter of queueSize, which is ${largest} bytes.`,
    );
  }
  const { maxCauses = 1 } = options;
  if (!Number.isInteger(maxCauses) || maxCauses < 1 || maxCauses > MOST_CAUSES)
    throw new RangeError(
      `maxCauses is ${String(maxCauses)}: expected a whole number from 1 to ${MOST_CAUSES}.`,
    );
  if (options.clock !== undefined && typeof options.clock?.now !== "function")
    throw new RangeError("clock has no function now: expected manualClock(…), or { now() } in microseconds.");
  const { description, details } = options.start ?? {};
  if (description !== undefined && typeof description !== "string")
    throw new RangeError("start.description is not a string.");
  if (details !== undefined && (typeof details !== "object" || details === null || Array.isArray(details))) {
    throw new RangeError("start.details is not an object.");
  }
  return {
    simulationId: id.data,
    outputDir: resolve(options.outputDir ?? "output"),
    verbosity: oneOf(options.verbosity ?? DEFAULT_VERBOSITY, VERBOSITY_LEVELS, "verbosity"),
    scopes: oneOf(options.scopes ?? "async", ["async", "explicit"], "scopes"),
    maxFileSize: parseSize(options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE, "maxFileSize"),
    queueSize,
    maxEventSize,
    maxCauses: options.maxCauses,
    onFull: oneOf(options.onFull ?? "drop", ["drop", "wait"], "onFull"),
    compress: oneOf(options.compress ?? "none", ["none", "gzip"], "compress"),
    durability: oneOf(options.durability ?? "none", ["none", "fsync"], "durability"),
    tape: oneOf(options.tape ?? "full", TAPE_MODES, "tape"),
    thread: oneOf(options.thread ?? "worker", ["worker", "inline"], "thread"),
    provenance: asJson(options.provenance ?? {}),
  };
}

/** As run.json will hold it: what cannot be written there would keep the drain from its work. */
function asJson(given: Provenance): Provenance {
  let text: string;
  try {
    text = JSON.stringify(given);
  } catch (error) {
    throw new RangeError(
      `provenance cannot be written as JSON: ${error instanceof Error ? error.message : ""}`,
    );
  }
  const { data, error } = provenanceSchema.safeParse(JSON.parse(text));
  if (data) return data;
  const [issue] = error.issues;
  throw new RangeError(`provenance.${issue?.path.join(".")} is not what run.json holds: ${issue?.message}.`);
}

function oneOf<T extends string>(value: string, choices: readonly T[], option: string): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new RangeError(`${option} is ${JSON.stringify(value)}: expected one of ${choices.join(", ")}.`);
}
