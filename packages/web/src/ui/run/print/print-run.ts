import { pause } from "../../../logic/api/index.ts";
import { lightWhile, queryClient } from "../../session/index.ts";
import { printing } from "../printing.ts";
import type { RunSession } from "../session.ts";
import { loadReport } from "./load-report.ts";

/** Events that are printed; the export has all of them. */
export const PRINTED_EVENTS = 50;

/** How long it is waited for what the report asks, and how long between two looks, in milliseconds. */
const PATIENCE = 8_000;
const LOOK = 60;
/** Looks in which nothing is asked any more: parts that are loaded for it are shown after a third of a second. */
const QUIET = 8;

/** Prints a report of the view: what happened, the selected event and why, the filter, its first events, and the charts as they are drawn. */
export async function printRun({ pager, playback }: RunSession): Promise<void> {
  if (printing.get()) return;
  playback.stop();
  const restore = lightWhile();
  try {
    await loadReport();
    await pager.fetchEvent(Math.max(0, Math.min(PRINTED_EVENTS, pager.total ?? PRINTED_EVENTS) - 1));
    printing.set(true);
    const until = performance.now() + PATIENCE;
    for (let quiet = 0; quiet < QUIET && performance.now() < until; quiet++) {
      await pause(LOOK);
      if (queryClient.isFetching() > 0) quiet = -1;
    }
    print();
  } finally {
    printing.set(false);
    restore();
  }
}
