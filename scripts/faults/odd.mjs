// Odd logs through all routes and all commands: each is answered for what it is, and none is changed by that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askCommands, askRoutes, Commands, fingerprintOf } from "./asking.mjs";
import { ODD_LOGS, writeOddLog } from "./odd-logs.mjs";
import { startServing } from "./serving.mjs";
import { linesOf, writeWholeRun } from "./whole-run.mjs";

/** A handful, for when there is little time. */
export const SHORT_KINDS = [
  "half a line in the middle",
  "gzip damaged by a bit",
  "run.json of wrong types",
  "garbage for segments.jsonl",
  "names that trap",
];

/** @returns how many were asked of how many, and what is wrong */
export async function askOddLogs({ kinds = Object.keys(ODD_LOGS), byCommand = true, say = () => {} } = {}) {
  const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-odd-"));
  const problems = [];
  let asked = 0;
  let server;
  const commands = new Commands(outputDir);
  try {
    const whole = await writeWholeRun(outputDir, "whole");
    const lines = linesOf(whole);
    const ids = [lines[5], lines.at(-2)].map((line) => JSON.parse(line).event_id);
    const runs = kinds.map((kind) => ({ kind, id: writeOddLog(outputDir, kind, whole, lines) }));
    server = await startServing(outputDir);
    for (const { kind, id } of runs) {
      const before = fingerprintOf(join(outputDir, id));
      const found = [];
      const take = (done) => {
        asked += done.asked;
        found.push(...done.problems);
      };
      take(await askRoutes(server, id, "whole", ODD_LOGS[kind].holds?.(lines.length)));
      if (byCommand) take(await askCommands(commands, outputDir, id, ids, "whole"));
      if (fingerprintOf(join(outputDir, id)) !== before) found.push("reading has changed its files");
      for (const problem of found) {
        problems.push(`${kind}: ${problem}`);
        say(problems.at(-1));
      }
      say(`${kind}: ${found.length === 0 ? "answered" : `${found.length} problems`}`);
    }
    const health = await server.ask("/health");
    if (health.status !== 200) problems.push(`/health answers ${health.status} at the end`);
    await server.close();
    return { asked, kinds: runs.length, problems };
  } finally {
    await commands.close();
    await server?.close().catch(() => undefined);
    rmSync(outputDir, { recursive: true, force: true });
  }
}
