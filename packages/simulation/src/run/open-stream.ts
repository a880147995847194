import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type EventStreamOptions, isWriteError, openEventStream } from "@llm-sim/events";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE } from "@llm-sim/events/run";
import { DEFAULT_VERBOSITY, includesLevel } from "@llm-sim/events/schema";
import { countText } from "@llm-sim/events/words";
import { nullStream, type RunStream } from "../run-stream.ts";
import type { RunOptions } from "./options.ts";
import { DEFAULT_OUTPUT } from "./output-folder.ts";
import { type Memories, provenanceOf } from "./provenance.ts";
import { messageOf, RunError } from "./run-error.ts";
import { checkRunId, newRunId } from "./run-id.ts";
import type { Simulation } from "./simulation.ts";

/** Opens the stream of a new run. */
export async function openRunStream(
  simulation: Simulation,
  options: RunOptions,
  memories: Memories,
): Promise<{ stream: RunStream; simulationId: string }> {
  const simulationId = checkRunId(options.simulationId ?? newRunId(simulation.name));
  if (options.stream === "off") return { stream: nullStream(simulationId), simulationId };
  const open = typeof options.stream === "function" ? options.stream : openFile;
  return {
    stream: await open(await streamOptions(simulation, options, simulationId, memories)),
    simulationId,
  };
}

async function streamOptions(
  simulation: Simulation,
  { outputDir = DEFAULT_OUTPUT, verbosity, breakWhen, batch, from, onWarning }: RunOptions,
  simulationId: string,
  memories: Memories,
): Promise<EventStreamOptions> {
  const { events, llm, name, seed, turns } = simulation;
  const level = verbosity ?? events.verbosity ?? DEFAULT_VERBOSITY;
  const parent =
    from?.last_event_id === undefined
      ? undefined
      : {
          simulation_id: from.simulation_id,
          turn: from.turn,
          event_id: from.last_event_id,
          is_checkpoint: true,
        };
  return {
    simulationId,
    outputDir,
    verbosity: level,
    // Every event here is emitted through the scope it belongs to: no need for what AsyncLocalStorage costs.
    scopes: "explicit",
    signals: false, // the orchestrator ends the run itself, so that the log says how it ended
    maxFileSize: events.max_file_size,
    queueSize: events.queue_size,
    maxEventSize: events.max_event_size,
    maxCauses: events.max_causes,
    onFull: events.on_full,
    compress: events.compress,
    durability: events.durability,
    tape: llm?.tape,
    onWarning,
    provenance: await provenanceOf(simulation, memories, resolve(outputDir, simulationId), {
      parent,
      batch,
      break_when: breakWhen,
    }),
    start: {
      description: `${name} started: ${countText(simulation.agents.length, "agent")}, ${countText(turns, "turn")}, seed ${seed}`,
      details: {
        name,
        seed,
        turns,
        agents: simulation.agents.length,
        ...(includesLevel(level, "DECISION") && remembered(from)),
      },
    },
  };
}

/** What agents remember from before, where decisions are recorded, which say what becomes of it. */
function remembered(from: RunOptions["from"]): { memory?: object } {
  const { context_memory: memory = {} } = from ?? {};
  return Object.keys(memory).length > 0 ? { memory } : {};
}

async function openFile(options: EventStreamOptions): Promise<RunStream> {
  const directory = resolve(options.outputDir ?? DEFAULT_OUTPUT, options.simulationId);
  // A run whose writer died could be written on, but not by a simulation that begins anew.
  if ([MANIFEST_FILE, ACTIVE_SEGMENT_FILE].some((file) => existsSync(join(directory, file)))) {
    throw new RunError("RUN_EXISTS", `There is a run ${options.simulationId} already: choose another id`, {
      directory,
    });
  }
  try {
    return await openEventStream(options);
  } catch (error) {
    if (error instanceof RangeError) throw new RunError("SETUP_FAILED", error.message, {}, { cause: error });
    if (!isWriteError(error)) throw error;
    const code = error.code === "RUN_NOT_WRITABLE" ? "OUTPUT_UNWRITABLE" : "RUN_EXISTS";
    throw new RunError(code, messageOf(error), { directory }, { cause: error });
  }
}
