import { type Clock, Emitter, EventStream } from "../emit/index.ts";
import type { RunLoss } from "../run/index.ts";
import { type LineSink, type RecoveredRun, sessionLostDescription } from "../write/index.ts";
import type { EventStreamOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

/** An emitter over a sink, and what every session says first: that the run starts, or that its last session was lost. */
export function beginStream(
  options: EventStreamOptions,
  settings: Settings,
  sink: LineSink,
  clock: Clock,
  run?: { directory: string; recovered: RecoveredRun },
  onLoss?: (loss: RunLoss, atExit: boolean) => void,
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
  const directory = run?.directory;
  const lossBefore = recovered?.loss;
  const tape = { mode: settings.tape, isThere: (recovered?.tapeBytes ?? 0) > 0 };
  const stream = EventStream.over(emitter, sink, {
    simulationId,
    directory,
    scopes,
    lossBefore,
    onLoss,
    tape,
  });
  if (recovered?.openMilestone) emitter.openCause = emitter.handleOf(recovered.openMilestone);
  else stream.start(options.start ?? {});
  if (recovered?.sessionLost) {
    stream.system("warning", {
      error_type: "session_lost",
      description: sessionLostDescription(recovered),
      details: { written: recovered.counts.written, ...recovered.sessionLost },
    });
  }
  if (lossBefore) emitter.tellOf(lossBefore);
  return stream;
}
