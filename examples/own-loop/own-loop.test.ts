import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { expect, it } from "vitest";

const program = `${import.meta.dirname}/predators.mjs`;

it("leaves a log that verify accepts, with causes that it never wrote down", async () => {
  const output = await mkdtemp(join(tmpdir(), "llm-sim-own-loop-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, output]);
    expect(stdout).toMatch(/^\d+ events in /);
    const directory = join(output, (await readdir(output))[0] ?? "");
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
    const kinds = new Map<string, string>();
    const causes = new Set<string>();
    for await (const { event } of readEvents(directory)) {
      kinds.set(event.event_id, event.event_type);
      for (const id of event.caused_by ?? []) causes.add(`${event.event_type} by ${kinds.get(id)}`);
    }
    expect(causes).toContain("DECISION by MILESTONE");
    expect(causes).toContain("ACTION by DECISION");
    expect(causes).toContain("STATE by ACTION");
  } finally {
    await rm(output, { recursive: true });
  }
});

it("is short", async () => {
  const lines = (await readFile(program, "utf8"))
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("//"));
  expect(lines.length).toBeLessThanOrEqual(35);
});
