import { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { countRows, uncountedRows } from "./counted-holes.ts";
import { seeReports, unseenReports } from "./recorded-holes.ts";

/** Some milliseconds of work. */
const [ROWS, REPORTS] = [65_536, 1024];

/** Whether what there is to know of a log's holes is so far behind the log that finding it would hold up others. */
export function isFarBehind(view: RunView): boolean {
  return uncountedRows(view) > ROWS || unseenReports(view) > REPORTS;
}

/** Takes in what every answer's completeness rests on, a little at a time. Throws StaleIndex. */
export async function catchUp(view: RunView): Promise<void> {
  const pace = new Pace([view]);
  for (; uncountedRows(view) > ROWS; await pace.yieldIfDue()) countRows(view, ROWS);
  for (; unseenReports(view) > REPORTS; await pace.yieldIfDue()) seeReports(view, REPORTS);
}
