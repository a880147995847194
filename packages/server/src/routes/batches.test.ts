import { batch, batchCurves, createClient, getJsonOver } from "@llm-sim/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeBatchRun } from "../batch.test.fixture.ts";
import { ask, giveBack, outputDirectory, serve } from "../served-runs.test.fixture.ts";
import type { RunningServer } from "../start-server.ts";

afterAll(giveBack);
let server: RunningServer;
beforeAll(async () => {
  const outputDir = outputDirectory();
  for (const seed of [1, 2]) writeBatchRun(outputDir, seed);
  server = await serve({ outputDir });
});

describe("batches over HTTP", () => {
  it("are listed, and one is told of with its outcomes, in which commas are commas", async () => {
    expect((await ask(server, "/batches")).json).toMatchObject({ batches: [{ id: "sweep", runs: 2 }] });
    const path = `/batches/sweep?outcome=${encodeURIComponent('mood == "a,b"')}&outcome=mood`;
    const { status, json } = await ask(server, path);
    expect(status).toBe(200);
    expect(json.outcomes).toMatchObject([{ became: 2 }, { kind: "variable" }]);
    expect(json.runs[0].outcomes).toEqual([{ turn: 0 }, { value: "a,b" }]);
  });

  it("are asked by the client in the same words", async () => {
    const client = createClient(getJsonOver({ baseUrl: server.url }), { batch, batchCurves });
    const outcome = ['mood == "a,b"', "mood"];
    expect((await client.batch({ id: "sweep", outcome })).outcomes.map((one) => one.outcome)).toEqual(
      outcome,
    );
    expect(await client.batch({ id: "sweep" })).toMatchObject({ outcomes: [] });
    const { curves } = await client.batchCurves({ id: "sweep", variable: "mood" });
    expect(curves.map(({ points }) => points)).toEqual([[[0, "a,b"]], [[0, "a,b"]]]);
  });

  it.each([
    ["/batches/swep", 404, { code: "BATCH_NOT_FOUND", details: { reference: "swep", nearest: ["sweep"] } }],
    ["/batches/swep/curves?variable=mood", 404, { code: "BATCH_NOT_FOUND" }],
    ["/batches/sweep/curves", 400, { code: "INVALID_ARGUMENT", details: { parameter: "variable" } }],
    ["/batches/sweep/curves?variable=modo", 400, { details: { parameter: "variable", nearest: ["mood"] } }],
    ["/batches/sweep?outcome=modo+%3C+3", 400, { details: { parameter: "outcome", nearest: ["mood"] } }],
    ["/batches/sweep?outcome=", 400, { details: { parameter: "outcome" } }],
    ["/batches/sweep?outcom=mood", 400, { details: { parameter: "outcom", nearest: "outcome" } }],
    [`/batches/sweep?${"outcome=mood&".repeat(21)}`, 400, { details: { parameter: "outcome" } }],
    ["/batches/..%2F..", 404, {}],
  ])("%s is refused in words", async (path, status, body) => {
    const answer = await ask(server, path);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(body);
  });
});
