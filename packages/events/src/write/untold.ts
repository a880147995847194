import { join } from "node:path";
import { parseSegmentName, type RunLoss, type UntoldLoss, UntoldLosses } from "../run/index.ts";
import { parseTimestamp } from "../schema/index.ts";
import type { Disk } from "./disk.ts";
import { eventsIn } from "./scan-segment.ts";

/**
 * What `run.json` says is lost and the log does not. Where it names losses one by one, which is rare, the log is read once more behind
 * the first of them.
 *
 * @param wasKilled whether it was written while its session went on, which then was killed: all that it does not name is told of
 */
export function untoldLosses(
  disk: Disk,
  directory: string,
  loss: RunLoss | undefined,
  wasKilled: boolean,
): UntoldLosses {
  const named = new UntoldLosses(loss?.untold);
  const [first] = named.losses.map(({ first_timestamp }) => first_timestamp).toSorted();
  if (first !== undefined)
    for (const name of segmentsBehind(disk, directory, parseTimestamp(first) ?? 0))
      for (const event of eventsIn(disk, join(directory, name))) named.event(event);
  const tail = loss && !wasKilled ? loss.dropped - loss.told - named.dropped : 0;
  return loss && tail > 0 ? new UntoldLosses([...named.losses, tailOf(loss, tail)]) : named;
}

/** Those that were closed at that time or later, and the active one. */
function segmentsBehind(disk: Disk, directory: string, time: number): string[] {
  return disk.list(directory).filter((name) => {
    const segment = parseSegmentName(name);
    return segment !== undefined && (segment.closedAt ?? Number.POSITIVE_INFINITY) >= time;
  });
}

/** What would have stood behind all that is in the log. */
function tailOf(loss: RunLoss, dropped: number): UntoldLoss {
  const { first_timestamp, last_timestamp, turn_start, turn_end, path, reason } = loss;
  const counts = dropped === loss.dropped ? loss.counts : {};
  return { dropped, counts, first_timestamp, last_timestamp, turn_start, turn_end, path, reason };
}
