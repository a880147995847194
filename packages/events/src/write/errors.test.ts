import { openSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusalText } from "./errors.ts";

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe("what run.json keeps of a refusal", () => {
  const directory = join(tmpdir(), "there", "is", "none");

  it.each([
    ["opening", () => openSync(join(directory, "events.jsonl"), "w"), "open 'events.jsonl'"],
    ["renaming", () => renameSync(join(directory, "a"), join(directory, "b")), "rename 'a' -> 'b'"],
  ])("names no path of the machine: %s", (_, work, told) => {
    expect(refusalText(thrown(work))).toBe(`ENOENT: no such file or directory, ${told}`);
  });

  it("is otherwise what was thrown", () => {
    expect(refusalText(new Error("EIO: as ordered"))).toBe("EIO: as ordered");
    expect(refusalText("no")).toBe("no");
  });
});
