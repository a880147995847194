import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ModelServer, startModelServer } from "@llm-sim/llm/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cli, temporaryDirectory } from "./cli.test.fixture.ts";

let server: ModelServer;
beforeEach(async () => {
  // Slow enough for two processes to be at it at once.
  server = await startModelServer(() => ({ text: "3", delay_ms: 20 }));
});
afterEach(() => server.close());

/** A simulation of one agent that asks a question a turn. */
function asking(limits: object): string {
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, "asker.mjs"),
    `export async function asker(_, context) {
      const { text } = await context.ask({ purpose: "decide", messages: [{ role: "user", content: "How much?" }] });
      return { decision_type: text };
    }`,
  );
  writeFileSync(
    join(directory, "engine.mjs"),
    `import { BaseEngine } from ${JSON.stringify(import.meta.resolve("@llm-sim/simulation"))};
    export class Nothing extends BaseEngine { actions = {}; }`,
  );
  const config = {
    simulation: { name: "asking", max_turns: 10 },
    engine: { type: "./engine.mjs" },
    llm: { base_url: server.base_url, model: "llama3.1", ...limits },
    agents: [{ name: "alice", type: "./asker.mjs" }],
  };
  writeFileSync(join(directory, "simulation.yaml"), JSON.stringify(config));
  return directory;
}

const batch = (directory: string) =>
  cli(directory, "run", "simulation.yaml", "--seeds", "1..2", "--jobs", "2", "--id", "both");

describe("the runs of a batch, in processes of their own, share", () => {
  it("the rate at which they ask", async () => {
    const directory = asking({ requests_per_minute: 1200 });
    expect(await batch(directory)).toMatchObject({ code: 0 });
    const times = server.requests.map(({ received_at }) => received_at);
    expect(times).toHaveLength(20);
    // 19 slots of 50 ms; each on its own would need 9. A request may arrive late.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(800);
    expect(readdirSync(join(directory, "output", ".both"))).toEqual(["spent.jsonl"]);
  });

  it("what they may spend", async () => {
    const directory = asking({ budget: { tokens: 18 * 6 } });
    expect(await batch(directory)).toMatchObject({ code: 0 });
    // What is under way when the budget is spent is finished.
    expect(server.requests.length).toBeGreaterThanOrEqual(6);
    expect(server.requests.length).toBeLessThanOrEqual(7);
    for (const run of ["both-1", "both-2"]) {
      const manifest: unknown = JSON.parse(readFileSync(join(directory, "output", run, "run.json"), "utf8"));
      expect(manifest).toMatchObject({ status: "completed", ended_by: "budget" });
    }
  });
});
