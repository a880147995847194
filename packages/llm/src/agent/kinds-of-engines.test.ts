import { BaseEngine, defineSimulation, type World } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { answer, causesNamed, decisions, fakeModels, lake, runLake } from "./agent.test.fixture.ts";
import { LlmAgent } from "./llm-agent.ts";

interface Nest extends World {
  global: { eggs: number };
  agents: Record<string, { age: number }>;
}

/** A nest out of which agents come. */
class NestEngine extends BaseEngine<Nest> {
  readonly actions = {
    hatch: this.action(z.strictObject({}), (draft, { agent_id }) => {
      draft.global.eggs -= 1;
      this.spawn({
        id: `${agent_id}-cub`,
        type: "cub",
        params: { persona: "You are hungry." },
        initial_state: { age: 0 },
      });
    }),
    grow: this.action(
      z.strictObject({ by: z.string().transform(Number) }),
      (draft, { agent_id, payload }) => {
        this.agent(draft, agent_id).age += payload.by;
      },
    ),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Nest {
    return { ...super.initialState(agents), global: { eggs: 1 } };
  }
}

class DatedEngine extends BaseEngine {
  readonly actions = {
    wait: this.action(z.strictObject({}), () => undefined),
    meet: this.action(z.strictObject({ when: z.date() }), () => undefined),
  };
}

class SilentEngine extends BaseEngine {
  readonly actions = {};
}

const nest = (turns = 2) =>
  defineSimulation({
    name: "nest",
    turns,
    engine: NestEngine,
    agents: [{ name: "ann", agent: LlmAgent, params: {}, initial_state: { age: 30 } }],
    agent_types: { cub: LlmAgent },
  });

describe("agents of type llm", () => {
  it("can come while a run goes on, with what the engine says of them", async () => {
    const models = fakeModels(({ agent_id, turn }) =>
      agent_id === "ann" && turn === 1 ? answer({ action_type: "hatch", payload: {} }) : answer(),
    );
    const { events } = await runLake(nest(), models);
    const asked = models.asked.find(({ call }) => call === "agent ann-cub/2/decide/0#1");
    expect(asked?.messages[0]?.content).toContain("You are ann-cub, one of the agents");
    expect(asked?.messages[0]?.content).toContain("You are hungry.");
    expect(decisions(events).map(({ agent_id }) => agent_id)).toEqual(["ann", "ann", "ann-cub"]);
  });

  it("give the engine what was answered, which makes of it what it will", async () => {
    const models = fakeModels(() => answer({ action_type: "grow", payload: { by: "2" } }));
    const { events } = await runLake(nest(1), models);
    expect(events).toContainEqual(expect.objectContaining({ variable_name: "age", new_value: 32 }));
  });

  it("need not write a payload that has nothing in it", async () => {
    const models = fakeModels(() => ({ reason: "", actions: [{ action_type: "hatch" }] }));
    const { events } = await runLake(nest(1), models);
    expect(events).toContainEqual(expect.objectContaining({ event_type: "ACTION", action_type: "hatch" }));
    expect(decisions(events)[0]).not.toHaveProperty("details.reason");
  });

  it("are refused before the run where a payload cannot be said to a model, unless they leave that action out", async () => {
    const dated = (params: object) =>
      defineSimulation({
        name: "dates",
        turns: 1,
        engine: DatedEngine,
        agents: [{ name: "ann", agent: LlmAgent, params }],
      });
    const models = fakeModels(() => answer());
    await expect(runLake(dated({}), models)).rejects.toThrow(
      /^Agent ann cannot be made: a model cannot be told what the payload of meet is: .*; name those that it can do, as in actions: \[wait\]$/,
    );
    await runLake(dated({ actions: ["wait"] }), models);
    expect(models.asked).toHaveLength(1);
  });

  it("can watch where there is nothing to do", async () => {
    const models = fakeModels(() => answer());
    const simulation = defineSimulation({
      name: "still",
      turns: 1,
      engine: SilentEngine,
      agents: [{ name: "ann", agent: LlmAgent, params: {} }],
    });
    const { events } = await runLake(simulation, models);
    expect(models.asked[0]?.messages[0]?.content).toContain("- nothing but watch");
    expect(decisions(events)).toMatchObject([{ decision_type: "wait" }]);
  });

  it("say of a template that shows what is not there where that stands, and go on in the next turn", async () => {
    const models = fakeModels(() => answer());
    const user = {
      file: "user.md",
      text: "Turn {{ turn }}\n{% if turn == 1 %}{{ observation.me.caugth }}{% endif %}",
    };
    const { events } = await runLake(lake({ ann: { prompt: { user } } }, 2), models);
    const failure = events.find(({ event_type }) => event_type === "SYSTEM");
    expect(failure).toMatchObject({
      error_type: "agent_error",
      details: { error: 'user.md:2:22: there is no "caugth" in observation.me; did you mean "caught"?' },
    });
    const [second] = decisions(events);
    expect(second?.turn_number).toBe(2);
    expect(causesNamed(events, second)).toContain("failure agent_error");
  });
});
