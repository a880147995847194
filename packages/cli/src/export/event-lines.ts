import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";

const NEWLINE = Buffer.from("\n");
const BRACE = "{".charCodeAt(0);

/**
 * The lines of runs as they are in the log; those of another dialect in this one. Each is whole, with its newline. Where several
 * runs are exported, a line whose `simulation_id` is not what the export calls its run begins with a member `run` that says it.
 */
export async function* eventLines(runs: readonly ExportedRun[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { run, log } of runs) {
    const label = Buffer.from(`{"run":${JSON.stringify(run)},`);
    for await (const page of orderedEvents(log)) {
      const events = runs.length === 1 ? [] : page.events();
      const parts = page.lines.flatMap((line, place) => {
        const isPlain = runs.length === 1 || events[place]?.simulation_id === run;
        return isPlain ? [line, NEWLINE] : [label, line.subarray(line.indexOf(BRACE) + 1), NEWLINE];
      });
      if (parts.length > 0) yield Buffer.concat(parts);
    }
  }
}
