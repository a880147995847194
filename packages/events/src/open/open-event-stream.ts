import { join } from "node:path";
import { checkedClock, type EventStream, systemClock } from "../emit/index.ts";
import { buildOf, CAUSES_VERSION, readManifest, writtenBy } from "../run/index.ts";
import { LineCopier, nodeDisk, WriteError } from "../write/index.ts";
import { beginStream } from "./begin-stream.ts";
import { lockRun, openLockedRun, recoverLocked } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

/**
 * Opens the stream of a run. A new run begins with its `simulation_start`; one whose last session was lost (a crash, a
 * `kill -9`) goes on where its log ends, and a SYSTEM warning `session_lost` says so.
 *
 *     const stream = await openEventStream({ simulationId: "my-run", verbosity: "STATE" });
 *
 * @throws RangeError that names the option where one is wrong
 * @throws WriteError RUN_LOCKED, RUN_ENDED, RUN_FOREIGN, RUN_NEWER or RUN_NOT_WRITABLE
 */
export async function openEventStream(options: EventStreamOptions): Promise<EventStream> {
  const settings = settingsOf(options);
  const { provenance, maxCauses } = settings;
  if (provenance.versions === undefined) Object.assign(provenance, writtenBy(buildOf(import.meta.url)));
  provenance.causes ??= { version: CAUSES_VERSION, by: "emitter" };
  if (maxCauses !== undefined) provenance.causes.max_causes = maxCauses;
  const clock = options.clock === undefined ? systemClock() : checkedClock(options.clock);
  if (options.sink)
    return beginStream(options, settings, new LineCopier(options.sink, settings.maxEventSize), clock);
  const disk = options.disk ?? nodeDisk;
  const directory = join(settings.outputDir, settings.simulationId);
  const lock = lockRun(disk, directory);
  let stream: EventStream;
  try {
    const recovered = recoverLocked(disk, directory);
    if (recovered.end) {
      const message = `Run ${directory} has ended (${recovered.end.timestamp}): a run is not written again; choose another id.`;
      throw new WriteError("RUN_ENDED", directory, message);
    }
    const held = readManifest(directory)?.simulation_id;
    if (held !== undefined && held !== settings.simulationId) {
      const message = `${directory} holds run ${held}, renamed or copied: give the directory its name back, or choose another id.`;
      throw new WriteError("RUN_FOREIGN", directory, message);
    }
    stream = openLockedRun(options, settings, clock, { directory, lock, recovered });
  } catch (error) {
    lock.release();
    throw error;
  }
  await stream.started();
  return stream;
}
