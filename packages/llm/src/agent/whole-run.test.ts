import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { loadConfig, promptsOf, replayRun, runSimulation } from "@llm-sim/simulation";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ModelServer, type ServerStep, startModelServer } from "../testing/index.ts";
import { decisions } from "./agent.test.fixture.ts";

let folder: string;
let server: ModelServer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llm-sim-agents-"));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const saving = (amount: number) => ({
  reason: `${amount} is enough.`,
  actions: [{ action_type: "invest", payload: { amount } }],
});

/** A config with its template beside it, whose model does as it is told. */
async function written(steps: readonly ServerStep[], turns: number): Promise<string> {
  server = await startModelServer(steps);
  writeFileSync(join(folder, "user.md"), "Turn {{ turn }}: {{ observation.me.wealth }}.\n");
  writeFileSync(
    join(folder, "bank.yaml"),
    `simulation: { name: bank, turns: ${turns}, seed: 1 }
events: { verbosity: STATE }
engine: { type: market }
llm: { base_url: "${server.base_url}", model: tiny, max_attempts: 2, retry: { first_delay: 1ms } }
agents:
  - name: alice
    type: llm
    prompt: { user: ./user.md }
    fallback: { decision_type: hold, actions: [{ action_type: invest, payload: { amount: 1 } }] }
`,
  );
  return join(folder, "bank.yaml");
}

async function recorded(config: string): Promise<{ directory: string; events: Event[] }> {
  const { directory = "", status } = await runSimulation(await loadConfig(config), {
    outputDir: join(folder, "output"),
    simulationId: "bank",
    signals: false,
  });
  expect(status).toBe("completed");
  const events: Event[] = [];
  for await (const { event } of readEvents(directory)) events.push(event);
  return { directory, events };
}

it("takes what a server answers, however it comes, and does its fallback where nothing can be used", async () => {
  const config = await written(
    [
      { json: saving(10) },
      { text: `<think>Hm.</think>Here it is:\n\`\`\`json\n${JSON.stringify(saving(20))}\n\`\`\`` },
      { json: { reason: "", actions: [{ action_type: "fly", payload: {} }] } },
      { json: saving(30) },
      { status: 500, error: "out of order" },
      { fault: "drop" },
      { refusal: "I will not." },
      { text: "no" },
      { json: saving(40), finish_reason: "stop" },
    ],
    6,
  );
  const { events } = await recorded(config);
  const told = decisions(events).map(({ turn_number, decision_type, details }) => {
    const { fallback } = { fallback: undefined, ...details };
    return [turn_number, decision_type, fallback];
  });
  expect(told).toMatchObject([
    [1, "act", undefined],
    [2, "act", undefined],
    [3, "act", undefined],
    [4, "hold", { error_type: "network" }],
    [5, "hold", { error_type: "no_json" }],
    [6, "act", undefined],
  ]);
  expect(events.filter(({ event_type }) => event_type === "ACTION")).toHaveLength(6);
});

it("is played again without its server and without its template's file, and tells what it was prompted with", async () => {
  const config = await written([{ json: saving(10) }, { text: "no" }, { json: saving(20) }], 3);
  const { directory } = await recorded(config);
  const asked = server.requests.length;
  rmSync(join(folder, "user.md"));
  const replay = await replayRun(directory);
  expect(replay).toMatchObject({ same: true, changes: [] });
  expect(server.requests).toHaveLength(asked);
  const run: { config: object } = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const again = {
    ...run.config,
    llm: { model: "tiny", max_attempts: 2, play: join(directory, "tape.jsonl") },
  };
  writeFileSync(join(folder, "again.yaml"), JSON.stringify(again));
  const [prompt] = await promptsOf(await loadConfig(join(folder, "again.yaml")), {
    agent_id: "alice",
    turn: 3,
  });
  expect(prompt?.request.messages.map(({ role, content }) => (role === "system" ? role : content))).toEqual([
    "system",
    "Turn 1: 1000.",
    JSON.stringify(saving(10)),
    "Turn 2: 990.",
    JSON.stringify(saving(20)),
    "Turn 3: 970.",
  ]);
  expect(readdirSync(folder)).not.toContain("user.md");
});
