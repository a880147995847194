import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEGMENT_SPAN } from "../../log/index.ts";
import { EventFields, RunIndex } from "../../run-index/index.ts";
import { countRows } from "./counted-holes.ts";

/** Events whose ids ascend, each in the segment of that number, a hundred bytes apart. */
function indexOf(segments: readonly number[], isByTime: boolean): RunIndex {
  const index = new RunIndex({ partRows: 7, isByTime });
  for (const [row, segment] of segments.entries()) {
    const fields = new EventFields();
    fields.id.set([1, 2, 3, row]);
    index.add(fields, segment * SEGMENT_SPAN + row * 100, 100, false);
  }
  return index;
}

const segmentNumbers = fc.array(fc.nat(6), { maxLength: 60 });

describe("rows of each segment", () => {
  it("are counted, a few at a time, as the log has them", () => {
    fc.assert(
      fc.property(
        segmentNumbers,
        fc.boolean(),
        fc.integer({ min: 1, max: 25 }),
        (numbers, isByTime, most) => {
          const segments = isByTime ? numbers : numbers.toSorted((a, b) => a - b);
          const index = indexOf(segments, isByTime);
          let counted = countRows({ index }, 0);
          for (let rows = 0; rows < segments.length; rows += most) counted = countRows({ index }, most);
          for (let number = 0; number <= 6; number++) {
            const events = segments.filter((segment) => segment === number).length;
            const there = { first: segments.indexOf(number), last: segments.lastIndexOf(number), events };
            expect(counted[number]).toEqual(events === 0 ? undefined : there);
          }
        },
      ),
    );
  });
});
