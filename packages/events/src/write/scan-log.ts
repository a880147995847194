import { join } from "node:path";
import { EventIds } from "../line/index.ts";
import { ACTIVE_SEGMENT_FILE, type ClosedSegment, parseSegmentName } from "../run/index.ts";
import type { Event } from "../schema/index.ts";
import type { Disk } from "./disk.ts";
import {
  beginningOf,
  type IsNew,
  type ScannedSegment,
  type SegmentBeginning,
  scanCompressedSegment,
  scanSegment,
} from "./scan-segment.ts";

interface Closed {
  segment: ClosedSegment;
  scan?: ScannedSegment;
}

export interface ScannedLog {
  closed: Closed[];
  active: ScannedSegment | undefined;
}

export interface ClosedFile {
  name: string;
  beginning: SegmentBeginning | undefined;
}

/** The closed segments, each in one form, in the order of their first events, then of their names. */
export function closedFiles(disk: Disk, directory: string): ClosedFile[] {
  const names = disk.list(directory).filter((name) => parseSegmentName(name)?.closedAt !== undefined);
  const plain = new Set(names.filter((name) => !name.endsWith(".gz")));
  const from = ({ beginning }: ClosedFile) => beginning?.event?.timestamp ?? "\uffff";
  return names
    .filter((name) => !(name.endsWith(".gz") && plain.has(plainName(name))))
    .toSorted()
    .map((name) => ({ name, beginning: beginningOf(disk, join(directory, name)) }))
    .toSorted((left, right) => (from(left) < from(right) ? -1 : from(left) > from(right) ? 1 : 0));
}

/**
 * Reads the closed segments of these names and the active one.
 *
 * @param files in their order
 * @param listed what the run says of its closed segments
 */
export function scanLog(
  disk: Disk,
  directory: string,
  files: readonly ClosedFile[],
  listed: readonly ClosedSegment[],
): ScannedLog {
  const byFile = new Map(listed.map((segment) => [plainName(segment.file), segment]));
  let last = "";
  let ascends = true;
  // While ids ascend the last one tells; a table of them is made only where one does not, and all is read once more.
  const isAbove: IsNew = (id) => {
    ascends &&= id > last;
    last = id;
    return true;
  };
  const log = scanWith(disk, directory, files, byFile, isAbove);
  if (ascends) return log;
  const ids = new EventIds();
  return scanWith(disk, directory, files, byFile, (id) => ids.add(id));
}

function scanWith(
  disk: Disk,
  directory: string,
  files: readonly ClosedFile[],
  byFile: ReadonlyMap<string, ClosedSegment>,
  isNew: IsNew,
): ScannedLog {
  const closed: Closed[] = [];
  for (const { name, beginning } of files) {
    const file = plainName(name);
    const path = join(directory, name);
    const listed = byFile.get(file);
    // Compressed segments are not unpacked again where they are listed: by the event that they begin with.
    const isListed =
      listed && (beginning?.event?.event_id ?? listed.first_event_id) === listed.first_event_id;
    if (name !== file && isListed) closed.push({ segment: listed });
    else {
      const scan = name === file ? scanSegment(disk, path, isNew) : scanUnlisted(disk, path, isNew);
      // One without a single event is no part of the run that goes on; it stays where it is.
      if (scan?.first && scan.last)
        closed.push({ segment: segmentOf(file, scan, scan.first, scan.last), scan });
      else if (listed) closed.push({ segment: listed });
    }
  }
  return { closed, active: scanSegment(disk, join(directory, ACTIVE_SEGMENT_FILE), isNew) };
}

/** One that is damaged stays where it is, and is nothing to go by. */
function scanUnlisted(disk: Disk, path: string, isNew: IsNew): ScannedSegment | undefined {
  try {
    return scanCompressedSegment(disk, path, isNew);
  } catch {
    return undefined;
  }
}

function segmentOf(
  file: string,
  { events, bytes }: ScannedSegment,
  first: Event,
  last: Event,
): ClosedSegment {
  return { file, events, bytes, first_event_id: first.event_id, last_event_id: last.event_id };
}

/** Without the `.gz` of a compressed one: both forms are the same segment. */
function plainName(file: string): string {
  return file.endsWith(".gz") ? file.slice(0, -".gz".length) : file;
}

/** Newest first, each read only where the one after it did not tell: the last event, the last milestone. */
export function* newestFirst(disk: Disk, directory: string, { closed, active }: ScannedLog) {
  if (active) yield active;
  for (const { segment, scan } of closed.toReversed()) {
    const path = join(directory, segment.file);
    if (scan) yield scan;
    else if (disk.exists(`${path}.gz`)) yield scanCompressedSegment(disk, `${path}.gz`, () => true);
  }
}
