import type { JsonValue, StateEvent } from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { type Cause, CauseLabels, lineNumbers } from "../cause/index.ts";
import { batchesOf, type Moment, rowsBefore } from "../rows/index.ts";
import type { Variable } from "../state/index.ts";

/** One write of a variable, with what brought it about. */
export interface Write {
  row: number;
  turn: number;
  old_value: JsonValue;
  /** `undefined` where the variable went. */
  new_value: JsonValue | undefined;
  change?: StateEvent["change"];
  lossy?: StateEvent["lossy"];
  cause: Cause;
}

/** The writes of a variable before the moment: that which stood at the end of turn `since`, and all after it. */
export async function writesSince(
  view: RunView,
  variable: Variable,
  { moment, since }: { moment: Moment; since: number },
  pace: Pace,
): Promise<Write[]> {
  const { columns } = view.index;
  const all = rowsBefore(variable.writes, moment);
  const later = all.findIndex((row) => columns.turn(row) > since);
  const window = later === -1 ? all.slice(-1) : all.slice(Math.max(0, later - 1));
  const causes = new CauseLabels(view);
  const own = new Set(window);
  const writes: Write[] = [];
  for (const batch of batchesOf(view.index, window)) {
    // A change and its cause lie side by side: read together, they cost one read. Causes come first.
    const rows = [...new Set([...causes.rowsBehind(batch), ...batch])].sort((a, b) => a - b);
    const values = new Map<number, Values>();
    for (const [place, line] of view.lines(rows).entries()) {
      const row = rows[place] ?? 0;
      if (!own.has(row)) causes.learn(row, line);
      else values.set(row, quickly(line) ?? parsed(view, row));
    }
    for (const row of batch) {
      const found = values.get(row);
      if (found !== undefined) writes.push(writeOf(row, columns.turn(row), found, causes));
    }
    await pace.yieldIfDue();
  }
  return writes;
}

function writeOf(row: number, turn: number, values: Values, causes: CauseLabels): Write {
  const { old_value, new_value, change, lossy } = values;
  return { row, turn, old_value, new_value, change, lossy, cause: causes.of(row, values) };
}

const OLD_VALUE = Buffer.from('"old_value":');
const NEW_VALUE = Buffer.from('"new_value":');
const DETAILS = Buffer.from('"details":');
const LOSSY = Buffer.from('"lossy":');

type Values = Pick<Write, "old_value" | "new_value" | "change" | "lossy"> & Pick<StateEvent, "details">;

/** The numbers of a plain change, without parsing the line: half of what a long ledger costs. */
function quickly(line: Buffer): Values | undefined {
  const values = lineNumbers(line, OLD_VALUE, NEW_VALUE);
  if (values === undefined || line.includes(DETAILS) || line.includes(LOSSY)) return undefined;
  const [old_value, new_value] = values;
  return { old_value, new_value };
}

function parsed(view: RunView, row: number): Values {
  const event = view.event(row);
  if (event.event_type !== "STATE") throw view.stale();
  const { old_value, change, details, lossy } = event;
  return {
    old_value,
    ...(change === undefined ? {} : { change }),
    ...(lossy === undefined ? {} : { lossy }),
    new_value: change === "removed" ? undefined : event.new_value,
    ...(details === undefined ? {} : { details }),
  };
}
