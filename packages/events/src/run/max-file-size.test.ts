import { describe, expect, it } from "vitest";
import { maxFileSize } from "./max-file-size.ts";

describe("the size that a run's configuration allows a segment", () => {
  it.each([
    [4096, 4096],
    ["4096", 4096],
    ["500MB", 500 * 1024 * 1024],
    ["1.5 kb", 1536],
    ["2GB", 2 * 1024 ** 3],
    ["7b", 7],
    ["much", undefined],
    [null, undefined],
  ])("%s is %s bytes", (size, bytes) => {
    expect(maxFileSize({ events: { max_file_size: size } })).toBe(bytes);
  });

  it.each([[undefined], [null], [{}], [{ events: {} }], ["events"]])("is not given by %s", (config) => {
    expect(maxFileSize(config)).toBeUndefined();
  });
});
