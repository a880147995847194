import { describe, expect, it } from "vitest";
import { EventFields, RunIndex } from "../../run-index/index.ts";
import { batchesOf, withinAnswer } from "./batches.ts";

const MB = 1024 * 1024;

function withLengths(lengths: readonly number[]): RunIndex {
  const index = new RunIndex();
  const fields = new EventFields();
  for (const [row, length] of lengths.entries()) {
    fields.id[3] = row;
    index.add(fields, 0, length, false);
  }
  return index;
}

describe("rows read together", () => {
  it("are no more than fit into memory, and at least one", () => {
    const index = withLengths([1, 9 * MB, 5 * MB, 3 * MB, 1, 2]);
    expect([...batchesOf(index, [0, 1, 2, 3, 4, 5])]).toEqual([[0], [1], [2, 3], [4, 5]]);
    expect([...batchesOf(index, [])]).toEqual([]);
    const many = Array.from({ length: 10_000 }, (_, row) => row);
    expect([...batchesOf(withLengths(many.map(() => 100)), many)].map(({ length }) => length)).toEqual([
      ...Array.from({ length: 9 }, () => 1024),
      784,
    ]);
  });

  it("are no more than go into an answer, and at least one", () => {
    const index = withLengths([40 * MB, 20 * MB, 13 * MB, 10 * MB]);
    expect(withinAnswer(index, [0, 1])).toEqual([0]);
    expect(withinAnswer(index, [1, 3, 2])).toEqual([1, 3]);
    expect(withinAnswer(index, [])).toEqual([]);
  });
});
