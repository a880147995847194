import type { RunManifest } from "../../run/index.ts";
import type { LossCheck } from "./loss-check.ts";
import { MANIFEST_PLACE, type ReportViolation } from "./report.ts";

/** What run.json says at any moment: it names the run, and its counts add up. */
export function checkManifest(
  manifest: RunManifest | undefined,
  simulationId: string,
  report: ReportViolation,
): void {
  if (!manifest) {
    report("run-json", MANIFEST_PLACE, "it is not valid: its rules are asked without it");
    return;
  }
  if (manifest.simulation_id !== simulationId) {
    const message = `the run is ${manifest.simulation_id}, its directory ${simulationId}: it was renamed or copied; give the directory its name back`;
    report("run-json", MANIFEST_PLACE, message);
  }
  const { emitted, written, dropped, suppressed, pending } = manifest.counts;
  if (emitted !== written + dropped + suppressed + pending) {
    const sum = `${written} written + ${dropped} dropped + ${suppressed} suppressed + ${pending} pending`;
    report("counts", MANIFEST_PLACE, `${emitted} emitted are not ${sum}`);
  }
}

/** What its counts are at the end of a run that was closed. */
export function checkFinalCounts(
  { counts: { written, dropped, pending }, loss }: RunManifest,
  { events, lines }: { events: number; lines: number },
  losses: LossCheck,
  report: ReportViolation,
): void {
  if (pending !== 0)
    report("counts", MANIFEST_PLACE, `${pending} events are pending in a run that has ended`);
  // A line that came to harm was written, and one that recovery could not read was not counted.
  if (written < events || written > lines) {
    const found = events === lines ? `${events} events` : `${events} events in ${lines} lines`;
    report("counts", MANIFEST_PLACE, `${written} events were written, the log has ${found}`);
  }
  if (losses.hasLostSession) return;
  if (losses.dropped > dropped) {
    report("counts", MANIFEST_PLACE, `${dropped} events were dropped, the log tells of ${losses.dropped}`);
    return;
  }
  const tail = dropped - losses.dropped - losses.droppedUntold;
  if (tail > 0) losses.unrecordedTail(tail, loss);
}
