import { type Clock, Emitter, EventStream } from "../emit/index.ts";
import type { RunLoss } from "../run/index.ts";
import { type LineSink, type RecoveredRun, sessionLostDescription } from "../write/index.ts";
import type { EventStreamOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

/** The run that a stream writes, where it has a directory. */
export interface StreamedRun {
  directory: string;
  recovered?: RecoveredRun | undefined;
}

/** What is told of a loss at the end. */
export type OnLoss = (loss: RunLoss, atExit: boolean) => void;

/** A stream over a sink, which has said nothing yet. */
export function streamOver(
  options: EventStreamOptions,
  settings: Settings,
  sink: LineSink,
  clock: Clock,
  run?: StreamedRun,
  onLoss?: OnLoss,
): EventStream {
  const { simulationId, verbosity, maxEventSize, maxCauses, onFull, scopes } = settings;
  const recovered = run?.recovered;
  const emitter = new Emitter({
    simulationId,
    verbosity,
    sink,
    clock,
    maxEventSize,
    maxCauses,
    onFull,
    strict: options.strict ?? false,
    after: recovered?.last,
    counts: recovered?.counts,
  });
  return EventStream.over(emitter, sink, {
    simulationId,
    directory: run?.directory,
    scopes,
    lossBefore: recovered?.loss,
    toldBefore: recovered?.told,
    onLoss,
    tape: { mode: settings.tape, bytesBefore: recovered?.tapeBytes ?? 0 },
  });
}

/** An emitter over a sink, and what every session says first: that the run starts, or that its last session was lost. */
export function beginStream(
  options: EventStreamOptions,
  settings: Settings,
  sink: LineSink,
  clock: Clock,
  run?: StreamedRun,
  onLoss?: OnLoss,
): EventStream {
  const stream = streamOver(options, settings, sink, clock, run, onLoss);
  const { emitter } = stream;
  const recovered = run?.recovered;
  if (recovered?.openMilestone) emitter.openCause = emitter.handleOf(recovered.openMilestone);
  else stream.start(options.start ?? {});
  if (recovered?.sessionLost) {
    stream.system("warning", {
      error_type: "session_lost",
      description: sessionLostDescription(recovered),
      details: { written: recovered.counts.written, ...recovered.sessionLost },
    });
  }
  for (const loss of recovered?.loss?.untold ?? []) emitter.tellOf(loss);
  return stream;
}
