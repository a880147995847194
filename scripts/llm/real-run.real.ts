import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { readTape } from "@llm-sim/events/tape";
import { canonicalLog, loadConfig, runSimulation } from "@llm-sim/simulation";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRealModel } from "./real-model.mjs";
import { MODEL_NAME } from "./tiny-model.mjs";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-sim-real-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COMMAND = join(import.meta.dirname, "../../packages/cli/bin/llm-sim.js");
const ENGINE = join(import.meta.dirname, "../../examples/negotiation/negotiation.ts");

/** Two parties, one of whom can do anything and the other no more than answer, as a config says it. */
async function run(id: string, llm: string) {
  const file = join(folder, `${id}.yaml`);
  await writeFile(
    file,
    `
simulation: { name: real, turns: 8, seed: 1 }
events: { verbosity: DETAIL }
engine: { type: ${ENGINE}, params: { budget: 100, rejection_costs: 3 } }
llm: { ${llm}, model: ${MODEL_NAME}, sampling: { max_tokens: 3000 }, max_attempts: 3 }
observes: [me, global, "*.says"]
agents:
  - { name: ann, type: llm, initial_state: { needs: 40 }, fallback: { decision_type: say_nothing } }
  - { name: bo, type: llm, initial_state: { needs: 40 }, actions: [walk_away, accept, reject], memory: { tokens: 500 } }
`,
  );
  const result = await runSimulation(await loadConfig(file), {
    outputDir: folder,
    simulationId: id,
    signals: false,
  });
  const events: Event[] = [];
  for await (const { event } of readEvents(join(folder, id))) events.push(event);
  return { result, events };
}

it("answers a whole run: what fits is decided, what does not is on record, and the tape plays it again without a server", async () => {
  const server = await startRealModel();
  const first = await run("asked", `base_url: "${server.base_url}"`);
  await server.close();
  const { calls, status, troubles } = first.result;
  expect({ status, dropped: first.result.stats.dropped }).toEqual({ status: "completed", dropped: 0 });
  expect(calls).toMatchObject({ calls: server.requests.length, from_tape: 0 });
  // Bo's answers always fit: a grammar lets nothing else through.
  expect(troubles.failures).toBe(0);
  const chosen = first.events.filter((event) => event.event_type === "DECISION" && event.agent_id === "bo");
  expect(chosen.length).toBeGreaterThan(0);

  let tokens = 0;
  for await (const item of readTape(join(folder, "asked"))) {
    if (item.line !== "attempt") continue;
    expect(item).toMatchObject({ outcome: "response", served_model: MODEL_NAME });
    expect(item.usage).not.toHaveProperty("estimated");
    tokens += (item.usage?.input_tokens ?? 0) + (item.usage?.output_tokens ?? 0);
  }
  expect(calls?.tokens).toBe(tokens);
  expect(await verifyRun(join(folder, "asked"))).toMatchObject({ result: "ok", violations: [] });

  const again = await run("played", `play: ${join(folder, "asked", "tape.jsonl")}`);
  expect(again.result.calls).toMatchObject({ calls: calls?.calls, from_tape: calls?.calls });
  expect(canonicalLog(again.events)).toEqual(canonicalLog(first.events));

  const replay = [COMMAND, "replay", "asked", "--output", folder];
  expect((await promisify(execFile)(process.execPath, replay)).stdout).toMatch(/^The same\./);
});
