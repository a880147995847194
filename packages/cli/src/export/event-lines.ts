import { parseEventLine, walkSegments } from "@llm-sim/events/read";
import type { ExportedRun } from "./exported-run.ts";

const NEWLINE = Buffer.from("\n");

/**
 * The lines of runs as they are in the log; those of another dialect in this one. Each is whole, with its newline. Where several
 * runs are exported, a line whose `simulation_id` is not what the export calls its run begins with a member `run` that says it.
 */

export async function* eventLines(
  runs: readonly ExportedRun[],
  onSkipped: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { run, directory } of runs) {
    const label = Buffer.from(`{"run":${JSON.stringify(run)},`);
    for await (const { lines } of walkSegments(directory)) {
      const parts: Uint8Array[] = [];
      for (const { bytes, damage } of lines) {
        const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
        if (!parsed?.ok) {
          onSkipped();
          continue;
        }
        const line = parsed.dialect === "native" ? bytes : Buffer.from(JSON.stringify(parsed.event));
        if (runs.length === 1 || parsed.event.simulation_id === run) parts.push(line, NEWLINE);
        else parts.push(label, line.subarray(line.indexOf("{") + 1), NEWLINE);
      }
      if (parts.length > 0) yield Buffer.concat(parts);
    }
  }
}
