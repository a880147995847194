import type { SegmentBytes } from "./segment-bytes.ts";

/** Segments lie this far apart in a run's text, so that an address tells its segment: 64 GiB. */
export const SEGMENT_SPAN = 2 ** 36;

/** A piece of a run's text: `address` is segment × SEGMENT_SPAN + offset. */
export interface Range {
  address: number;
  length: number;
}

/**
 * A gap up to this many bytes between two ranges is read along with them: a read costs about 2 µs, as much as
 * copying some kilobytes.
 */
const BRIDGED_GAP = 4096;
/** Ranges are read together up to this size. */
const MAX_READ = 4 * 1024 * 1024;

/**
 * Reads ranges, given in ascending order, neighbours in one go. The buffers share memory.
 *
 * @param bytesOf a segment by its number
 */
export function readRanges(bytesOf: (segment: number) => SegmentBytes, ranges: readonly Range[]): Buffer[] {
  const buffers: Buffer[] = [];
  let first = 0;
  for (let start = ranges[0]; start !== undefined; start = ranges[first]) {
    const segment = Math.floor(start.address / SEGMENT_SPAN);
    const base = segment * SEGMENT_SPAN;
    let end = start.address + start.length;
    let after = first + 1;
    for (let next = ranges[after]; next !== undefined; next = ranges[++after]) {
      const nextEnd = next.address + next.length;
      const joins = next.address >= end && next.address - end <= BRIDGED_GAP && nextEnd < base + SEGMENT_SPAN;
      if (!joins || nextEnd - start.address > MAX_READ) break;
      end = nextEnd;
    }
    const block = bytesOf(segment).read(start.address - base, end - start.address);
    for (; first < after; first++) {
      const range = ranges[first];
      if (range === undefined) break;
      const at = range.address - start.address;
      buffers.push(block.subarray(at, at + range.length));
    }
  }
  return buffers;
}
