import { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { countRows, uncountedRows } from "./counted-holes.ts";
import { seeReports, unseenReports } from "./recorded-holes.ts";

/** Some milliseconds of work. */
const [ROWS, REPORTS] = [65_536, 1024];

/** Takes in what every answer's completeness rests on, a little at a time, whoever asks for it. Throws StaleIndex. */
export async function catchUp(view: RunView): Promise<void> {
  const pace = new Pace([view]);
  for (;;) {
    // Before the first little, too: each of many who ask at once would do one.
    while (pace.isDue) await pace.yieldIfDue();
    if (uncountedRows(view) > ROWS) countRows(view, ROWS);
    else if (unseenReports(view) > REPORTS) seeReports(view, REPORTS);
    else return;
  }
}
