import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { builtModule } from "@llm-sim/events/built-module";
import { describe, expect, it, onTestFinished } from "vitest";

/**
 * Scans a segment of one line in a process that may have 256 files open, and holds all but a few of them for so long.
 *
 * @returns what came of it, or whether what went wrong is that there were no descriptors
 */
async function scannedWith(free: number, heldMs: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-few-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "events.jsonl");
  writeFileSync(path, "no event\n");
  const piece = {
    path,
    file: "events.jsonl",
    inode: statSync(path).ino,
    compressed: false,
    base: 0,
    from: 0,
  };
  const script = `
    import { closeSync, openSync } from "node:fs";
    import { scanInThreads } from ${JSON.stringify(builtModule("./scan-threads.ts", import.meta.url).href)};
    import { isOutOfFiles } from "@llm-sim/events/run";
    const held = [];
    try { for (;;) held.push(openSync("/dev/null", "r")); } catch {}
    for (const file of held.splice(0, ${free})) closeSync(file);
    setTimeout(() => held.splice(0).map(closeSync), ${heldMs});
    try {
      for await (const { reply } of scanInThreads([[${JSON.stringify(piece)}]], 1)) console.log(reply.kind);
    } catch (error) {
      console.log(isOutOfFiles(error) ? "out of files" : error);
    }
    process.exit();`;
  const limited = `ulimit -n 256 && exec "${process.execPath}" --input-type=module -e "$SCRIPT"`;
  const env = { ...process.env, SCRIPT: script };
  const { stdout } = await promisify(execFile)("sh", ["-c", limited], { env, cwd: import.meta.dirname });
  return stdout.trim().split("\n").at(-1) ?? "";
}

describe.skipIf(process.platform === "win32")("a thread that has no descriptors for its modules", () => {
  it.each([0, 4])("is begun again, and scans, once there are some (%i left)", async (free) => {
    expect(await scannedWith(free, 150)).toBe("end");
  });

  it("is given up after a while, for what it is", async () => {
    expect(await scannedWith(4, 60_000)).toBe("out of files");
  });
});
