import type { Line } from "../../line/index.ts";
import {
  type ClosedSegment,
  closedSegmentName,
  MANIFEST_FILE,
  maxFileSize,
  parseSegmentName,
  type RunManifest,
  type SegmentListing,
} from "../../run/index.ts";
import { type Event, formatTimestamp, parseTimestamp } from "../../schema/index.ts";
import type { Place, Segment } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

interface Found {
  segment: Segment;
  events: number;
  /** Of the lines, uncompressed. */
  bytes: number;
  lastPlace: Place;
  firstId: string | undefined;
  lastId: string | undefined;
  lastTimestamp: string | undefined;
}

/** Segments have the right name and size, and are as they are listed. */
export class SegmentCheck {
  readonly #report: ReportViolation;
  readonly #found: Found[] = [];
  /** Between them all names are taken, as far as was looked: many segments may end in one microsecond. */
  #taken = { from: 0, to: 0 };

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  /** Each line, in order; `event` where it is one. */
  line(segment: Segment, line: Line, event: Event | undefined): void {
    let found = this.#found.at(-1);
    if (!found || found.segment !== segment) {
      found = {
        segment,
        events: 0,
        bytes: 0,
        lastPlace: { file: segment.file, line: 1, offset: 0 },
        firstId: undefined,
        lastId: undefined,
        lastTimestamp: undefined,
      };
      this.#found.push(found);
    }
    found.bytes = line.next;
    found.lastPlace.line = line.line;
    found.lastPlace.offset = line.offset;
    if (!event) return;
    found.events++;
    found.firstId ??= event.event_id;
    found.lastId = event.event_id;
    found.lastTimestamp = event.timestamp;
  }

  /**
   * @param onDisk all segments of the run, those without a line included
   * @param listing what the run says of its closed segments
   * @param isOpen the run was not closed: it is being written, or its writer was killed
   */
  end(
    manifest: RunManifest | undefined,
    listing: SegmentListing,
    onDisk: readonly Segment[],
    isOpen: boolean,
  ): void {
    // A compressed segment's name was given to the plain one.
    const taken = new Set(onDisk.map(({ file }) => plainName(file)));
    const limit = maxFileSize(manifest?.config);
    for (const found of this.#found) {
      this.#name(found, taken);
      if (limit !== undefined && found.bytes > limit && found.events > 1) {
        const message = `${found.segment.file} holds ${found.bytes} bytes, max_file_size is ${limit}`;
        this.#report("segment-size", found.lastPlace, message);
      }
    }
    if (manifest) this.#list(listing, onDisk, isOpen);
  }

  #name({ segment, lastTimestamp, lastPlace }: Found, taken: ReadonlySet<string>): void {
    const closedAt = parseSegmentName(segment.file)?.closedAt;
    const last = lastTimestamp === undefined ? undefined : parseTimestamp(lastTimestamp);
    if (closedAt === undefined || last === undefined) return;
    // A name that was taken is followed by the next microsecond's.
    const { from, to } = this.#taken;
    let free = last >= from && last < to && to <= closedAt ? to : last;
    const start = free === to ? from : last;
    while (free < closedAt && taken.has(closedSegmentName(free))) free++;
    this.#taken = { from: start, to: free };
    if (free === closedAt) return;
    const message = `${segment.file} is named by ${formatTimestamp(closedAt)}, its last event's time is ${lastTimestamp}`;
    this.#report("segment-name", lastPlace, message);
  }

  #list({ file: list, segments }: SegmentListing, onDisk: readonly Segment[], isOpen: boolean): void {
    const byName = new Map(segments.map((entry) => [plainName(entry.file), entry]));
    const foundBy = new Map(this.#found.map((found) => [plainName(found.segment.file), found]));
    for (const segment of onDisk) {
      if (segment.active) continue;
      const entry = byName.get(plainName(segment.file));
      byName.delete(plainName(segment.file));
      const found = foundBy.get(plainName(segment.file));
      if (entry) this.#entry(list, entry, segment, found);
      // The list of its own is a help that may be behind, or gone; run.json was the run's word.
      else if (!isOpen && list === MANIFEST_FILE) {
        this.#report(
          "segment-list",
          { file: segment.file, line: 1, offset: 0 },
          `${list} does not list ${segment.file}`,
        );
      }
    }
    for (const file of isOpen ? [] : byName.keys()) {
      const place = { file: list, line: 0, offset: 0 };
      this.#report("segment-list", place, `${list} lists ${file}, which is not there`);
    }
  }

  #entry(list: string, entry: ClosedSegment, segment: Segment, found: Found | undefined): void {
    const place = found?.lastPlace ?? { file: segment.file, line: 1, offset: 0 };
    const actual = {
      events: found?.events ?? 0,
      bytes: segment.compressed ? (found?.bytes ?? 0) : segment.bytes,
      first_event_id: found?.firstId ?? "none",
      last_event_id: found?.lastId ?? "none",
    };
    const differs = (["events", "bytes", "first_event_id", "last_event_id"] as const).filter(
      (name) => entry[name] !== actual[name],
    );
    if (differs.length === 0) return;
    const what = differs.map((name) => `${name} ${entry[name]} instead of ${actual[name]}`).join(", ");
    this.#report("segment-list", place, `${list} gives ${segment.file} ${what}`);
  }
}

/** Without the `.gz` of a compressed one: both forms are the same segment. */
function plainName(file: string): string {
  return file.endsWith(".gz") ? file.slice(0, -".gz".length) : file;
}
