import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LlmSettings, promptsOf, type Simulation } from "@llm-sim/simulation";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answer, fakeModels, harvest, lake, runLake } from "./agent.test.fixture.ts";

const asking = (more: Partial<LlmSettings> = {}): LlmSettings => ({
  base_url: "http://localhost:1/v1",
  model: "made-up",
  api_key_env: "LLM_SIM_NO_SUCH_KEY",
  ...more,
});
const withModel = (simulation: Simulation, more?: Partial<LlmSettings>): Simulation => ({
  ...simulation,
  llm: asking(more),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llm-sim-prompts-"));
  vi.spyOn(net.Socket.prototype, "connect").mockImplementation(() => {
    throw new Error("a socket was opened");
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

/** The tape of a run: its file. */
async function taped(simulation: Simulation, models: ReturnType<typeof fakeModels>): Promise<string> {
  const { tape } = await runLake(simulation, models);
  const file = join(folder, "tape.jsonl");
  writeFileSync(file, tape.map((item) => `${JSON.stringify(item)}\n`).join(""));
  return file;
}

describe("what an agent would be prompted with", () => {
  it("is what it is asked in the first turn, with its model, sampling and schema; nobody is asked, and no key needed", async () => {
    const agents = { ann: { persona: "You fish.", sampling: { temperature: 0 } }, bob: {} };
    const prompts = await promptsOf(withModel(lake(agents, 3)), { agent_id: "ann", turn: 1 });
    const models = fakeModels(() => answer());
    await runLake(lake(agents), models);
    expect(prompts).toMatchObject([
      {
        coordinate: {
          actor: { type: "agent", agent_id: "ann" },
          turn: 1,
          purpose: "decide",
          ordinal: 0,
          attempt: 1,
        },
        request: { model: "made-up", sampling: { temperature: 0 }, schema: { type: "object" } },
      },
    ]);
    expect(prompts[0]?.request.messages).toEqual(models.asked[0]?.messages);
  });

  it("is in a later turn what answers before it lead to, where the config has a tape of them", async () => {
    const agents = { ann: {}, bob: {} };
    const models = fakeModels(({ agent_id, turn }) => answer(harvest(agent_id === "ann" ? turn : 10)));
    const play = await taped(lake(agents, 3), models);
    const prompts = await promptsOf(withModel(lake(agents, 3), { play }), { agent_id: "ann", turn: 3 });
    const asked = models.asked.find(({ call }) => call === "agent ann/3/decide/0#1");
    expect(prompts.map(({ request: { messages } }) => messages)).toEqual([asked?.messages]);
  });

  it.each([
    [
      "ann",
      2,
      "Before ann is asked in turn 2, agent ann/1/decide/0#1 is, which needs an answer: look at a run's prompts (llm-sim prompt RUN), or give the config a tape to play from (llm.play)",
    ],
    ["zed", 1, 'There is no agent "zed" that asks in turn 1; there are ann and bob'],
    ["ann", 4, "lake has turns 1 to 3: agents decide in no turn 4"],
  ])("is refused of %s in turn %i", async (agent_id, turn, message) => {
    await expect(promptsOf(withModel(lake({ ann: {}, bob: {} }, 3)), { agent_id, turn })).rejects.toThrow(
      message,
    );
  });

  it("is refused where the tape has other questions", async () => {
    const play = await taped(
      lake({ ann: {} }, 2),
      fakeModels(() => answer()),
    );
    await expect(
      promptsOf(withModel(lake({ ann: { persona: "You sing." } }, 2), { play }), {
        agent_id: "ann",
        turn: 2,
      }),
    ).rejects.toThrow(
      "Before ann is asked in turn 2, the tape has another agent ann/1/decide/0#1: /messages/0/content is",
    );
  });
});
