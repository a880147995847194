import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";
import { TextRemover } from "./without-texts.ts";

const NEWLINE = Buffer.from("\n");
const BRACE = "{".charCodeAt(0);

/**
 * The lines of runs as they are in the log; those of another dialect in this one. Each is whole, with its newline. Where several
 * runs are exported, a line whose `simulation_id` is not what the export calls its run begins with a member `run` that says it.
 *
 * @param hasTexts whether what may quote what models were asked and answered is left in
 */
export async function* eventLines(
  runs: readonly ExportedRun[],
  hasTexts = true,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { run, log } of runs) {
    const remover = hasTexts ? undefined : new TextRemover(log);
    const label = Buffer.from(`{"run":${JSON.stringify(run)},`);
    for await (const page of orderedEvents(log)) {
      const events = runs.length === 1 && hasTexts ? [] : page.events();
      const lines =
        remover === undefined
          ? page.lines
          : events.map((event) => Buffer.from(JSON.stringify(remover.without(event))));
      const parts = lines.flatMap((line, place) => {
        const isPlain = runs.length === 1 || events[place]?.simulation_id === run;
        return isPlain ? [line, NEWLINE] : [label, line.subarray(line.indexOf(BRACE) + 1), NEWLINE];
      });
      if (parts.length > 0) yield Buffer.concat(parts);
    }
  }
}
