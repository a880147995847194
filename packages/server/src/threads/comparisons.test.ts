import { execFile } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { isStoreError } from "@llm-sim/store";
import { afterEach, describe, expect, it } from "vitest";
import { writeLake } from "../lake-runs.test.fixture.ts";
import { Budget } from "../memory/index.ts";
import { giveBack, outputDirectory } from "../served-runs.test.fixture.ts";
import { Comparisons } from "./comparisons.ts";

afterEach(giveBack);
const run = promisify(execFile);
const never = (): AbortSignal => new AbortController().signal;

async function twoRuns(turns = 3): Promise<{ outputDir: string; comparisons: Comparisons }> {
  const outputDir = outputDirectory();
  await writeLake(outputDir, "left", { turns });
  await writeLake(outputDir, "right", { turns, take: () => 3 });
  return { outputDir, comparisons: new Comparisons(outputDir, new Budget(2)) };
}

describe("the comparison of runs", () => {
  it("is made once for all who ask while it is made, and each way by itself", async () => {
    const { comparisons } = await twoRuns();
    const [one, other, turned] = await Promise.all([
      comparisons.compare("left", "right", never()),
      comparisons.compare("left", "right", never()),
      comparisons.compare("right", "left", never()),
    ]);
    expect(other).toBe(one);
    expect([one.answer.left.simulation_id, turned.answer.left.simulation_id]).toEqual(["left", "right"]);
  });

  it("leaves this thread to others", async () => {
    const { comparisons } = await twoRuns(1500);
    const begun = performance.now();
    const before = performance.eventLoopUtilization();
    const {
      answer: { equal, differences },
    } = await comparisons.compare("left", "right", never());
    const took = performance.now() - begun;
    expect(equal).toBe(false);
    expect(differences.total).toBeGreaterThan(10_000);
    expect(performance.eventLoopUtilization(before).active).toBeLessThan(took / 4);
  });

  it("is made whatever options its host was started with", async () => {
    const { outputDir } = await twoRuns();
    const program = `
      import { startServer } from "@llm-sim/server";
      const server = await startServer({ outputDir: ${JSON.stringify(outputDir)}, port: 0 });
      const answer = await fetch(server.url + "/compare?left=left&right=left");
      console.log((await answer.json()).equal);
      await server.close();`;
    const options = { cwd: import.meta.dirname };
    const host = await run(process.execPath, ["--input-type=module", "--eval", program], options);
    expect(host).toEqual({ stdout: "true\n", stderr: "" });
  });

  it("stops when all who asked have gone", async () => {
    const { comparisons } = await twoRuns();
    const gone = new AbortController();
    const stopped = comparisons.compare("left", "right", gone.signal);
    gone.abort();
    await expect(stopped).rejects.toThrow(/stopped/);
    expect((await comparisons.compare("left", "right", never())).answer.equal).toBe(false);
  });

  it("counts the lines of both logs that are no events", async () => {
    const { outputDir, comparisons } = await twoRuns();
    appendFileSync(join(outputDir, "left", "events.jsonl"), "no event\n");
    appendFileSync(join(outputDir, "right", "events.jsonl"), "no event\nnor this\n");
    expect((await comparisons.compare("left", "right", never())).skipped).toBe(3);
  });

  it("of a run that went away meanwhile says so, as the store does", async () => {
    const { outputDir, comparisons } = await twoRuns();
    rmSync(join(outputDir, "right"), { recursive: true });
    const refusal = await comparisons.compare("left", "right", never()).catch((error: unknown) => error);
    expect(isStoreError(refusal, "SIMULATION_NOT_FOUND")).toBe(true);
    expect(refusal).toMatchObject({ details: { reference: "right", nearest: [] } });
  });
});
