import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRunReadError } from "@llm-sim/events/read";
import { afterEach, describe, expect, it } from "vitest";
import { toApiError } from "../errors/index.ts";
import { Budget } from "../memory/index.ts";
import { giveBack, linesOf, outputDirectory, writeRun } from "../served-runs.test.fixture.ts";
import { IntegrityChecks } from "./integrity-checks.ts";

afterEach(giveBack);
const never = (): AbortSignal => new AbortController().signal;

async function aRun(turns = 3): Promise<string> {
  const outputDir = outputDirectory();
  await writeRun(outputDir, "market-1", turns);
  return join(outputDir, "market-1");
}

describe("the check of a run", () => {
  it("finds what is wrong now, not what was when it was asked before", async () => {
    const run = await aRun();
    const checks = new IntegrityChecks(new Budget(2));
    expect(await checks.check(run, never())).toMatchObject({ result: "ok", violation_count: 0 });
    const [line = ""] = await linesOf(run);
    appendFileSync(join(run, "events.jsonl"), `${line}\n`);
    const { result, violations } = await checks.check(run, never());
    expect(result).toBe("violation");
    expect(violations).toContainEqual(
      expect.objectContaining({ rule: "id-unique", file: "events.jsonl", line: 33 }),
    );
  });

  it("of a run that went away meanwhile says so, to a client as for one that never was", async () => {
    const run = await aRun();
    rmSync(run, { recursive: true });
    const refusal = await new IntegrityChecks(new Budget(2))
      .check(run, never())
      .catch((error: unknown) => error);
    expect(isRunReadError(refusal, "NOT_A_RUN")).toBe(true);
    expect(toApiError(refusal)).toMatchObject({
      code: "SIMULATION_NOT_FOUND",
      statusCode: 404,
      details: { reference: "market-1", nearest: [] },
    });
  });

  it("is made once for all who ask while it is made", async () => {
    const run = await aRun(300);
    const checks = new IntegrityChecks(new Budget(2));
    const reports = await Promise.all(Array.from({ length: 20 }, () => checks.check(run, never())));
    expect(new Set(reports).size).toBe(1);
  });

  it("goes on for others when one who asked goes, and stops when all have gone", async () => {
    const run = await aRun(1000);
    const checks = new IntegrityChecks(new Budget(2));
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [checks.check(run, one.signal), checks.check(run, other.signal)];
    one.abort();
    expect(await second).toMatchObject({ result: "ok" });
    await first;
    const alone = new AbortController();
    const stopped = checks.check(run, alone.signal);
    alone.abort();
    await expect(stopped).rejects.toThrow(/stopped/);
    expect(await checks.check(run, never())).toMatchObject({ result: "ok" });
  });

  it("of a run that went away fails", async () => {
    const run = await aRun();
    rmSync(run, { recursive: true });
    await expect(new IntegrityChecks(new Budget(2)).check(run, never())).rejects.toThrow();
  });
});
