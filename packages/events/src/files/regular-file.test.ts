import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, readSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listSegments } from "../read/index.ts";
import { isBeingWritten, lockState, newerFormat, readManifest, readSummary } from "../run/index.ts";
import { readTape } from "../tape/index.ts";
import { nodeDisk } from "../write/index.ts";
import { openRegular, openRegularFile, readRegular } from "./index.ts";

const SECRET = '{"format_version":99,"name":"secret"}';
let parent: string;
let run: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "llm-sim-files-"));
  run = join(parent, "output", "run");
  mkdirSync(run, { recursive: true });
  writeFileSync(join(parent, "secret"), SECRET);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const refused = expect.objectContaining({ code: "FILE_REFUSED" });
const tapeLines = async (): Promise<unknown[]> => {
  const lines: unknown[] = [];
  for await (const line of readTape(run)) lines.push(line);
  return lines;
};

describe("a file of a run is opened where it is", () => {
  it("a regular one", async () => {
    const path = join(run, "run.json");
    writeFileSync(path, "{}");
    expect(readRegular(path)).toBe("{}");
    const file = openRegular(path);
    expect(readSync(file, Buffer.alloc(8))).toBe(2);
    closeSync(file);
    const handle = await openRegularFile(path);
    expect((await handle.stat()).size).toBe(2);
    await handle.close();
  });

  it("a link to one inside the directory that holds the run, and none that leads out", async () => {
    writeFileSync(join(parent, "output", "kept.json"), "{}");
    const [inside, outside, nowhere] = [join(run, "inside"), join(run, "outside"), join(run, "nowhere")];
    symlinkSync(join("..", "kept.json"), inside);
    symlinkSync(join(parent, "secret"), outside);
    symlinkSync("absent", nowhere);
    expect(readRegular(inside)).toBe("{}");
    for (const path of [outside, nowhere]) {
      expect(() => openRegular(path)).toThrow(refused);
      await expect(openRegularFile(path)).rejects.toEqual(refused);
    }
  });
});

describe
  .skipIf(process.platform === "win32")
  .each(["run.json", "writer.lock", "summary.json", "tape.jsonl", "events.jsonl"])("%s", (file) => {
  for (const what of ["a FIFO", "a link to a FIFO", "a directory", "a link that leads out"]) {
    it(`that is ${what} is as good as none, and nothing waits for it`, async () => {
      const path = join(run, file);
      if (what === "a FIFO") execFileSync("mkfifo", [path]);
      if (what === "a directory") mkdirSync(path);
      if (what === "a link that leads out") symlinkSync(join(parent, "secret"), path);
      if (what === "a link to a FIFO") {
        execFileSync("mkfifo", [join(run, "fifo")]);
        symlinkSync("fifo", path);
      }
      expect(() => openRegular(path)).toThrow(refused);
      expect(readManifest(run)).toBeUndefined();
      expect(newerFormat(run)).toBeUndefined();
      expect(isBeingWritten(run)).toBe(false);
      expect(lockState(run).state).toBe(file === "writer.lock" ? "unreadable" : "free");
      expect(readSummary(run)).toBeUndefined();
      if (file === "tape.jsonl") await expect(tapeLines()).rejects.toMatchObject({ code: "TAPE_UNREADABLE" });
      else expect(await tapeLines()).toEqual([]);
      const listed = listSegments(run);
      listed.catch(() => undefined);
      if (file === "events.jsonl" && what.includes("link"))
        await expect(listed).rejects.toMatchObject({ code: "SEGMENT_UNREADABLE" });
      else if (file !== "run.json") await expect(listed).rejects.toMatchObject({ code: "NOT_A_RUN" });
      if (what.includes("FIFO") || what === "a directory")
        expect(() => nodeDisk.openToRead(path)).toThrow(refused);
    });
  }
});
