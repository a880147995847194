import { describe, expect, it } from "vitest";
import {
  answer,
  causesNamed,
  decisions,
  fakeModels,
  harvest,
  lake,
  named,
  runLake,
} from "./agent.test.fixture.ts";

const isFailure = (error_type: string) => expect.objectContaining({ error_type });

describe("an agent of type llm", () => {
  it("is told who it is, what it can do and what it sees, and does what it answers", async () => {
    const models = fakeModels(() => answer(harvest(7)));
    const { events } = await runLake(lake({ ann: { persona: "You are a careful fisher." } }), models);
    const [{ messages } = { messages: [] }] = models.asked;
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(messages[0]?.content).toContain(
      "You are ann, one of the agents of a simulation that goes on turn by turn.\n\nYou are a careful fisher.",
    );
    expect(messages[0]?.content).toContain(
      '- harvest, whose payload fits this JSON Schema: {"type":"object"',
    );
    expect(messages[1]?.content).toBe(`Turn 1.

You see:
{
  "me": {
    "caught": 0,
    "boat": {
      "size": 3
    }
  },
  "world": {
    "fish": 100,
    "weather": "fair"
  }
}

What do you do?`);
    expect(decisions(events)).toMatchObject([
      {
        decision_type: "act",
        description: "because",
        new_value: "harvest",
        details: { reason: "because" },
      },
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ event_type: "STATE", variable_name: "fish", new_value: 93 }),
    );
  });

  it("may do several things in a turn, or nothing", async () => {
    const models = fakeModels(({ turn }) => (turn === 1 ? answer(harvest(1), harvest(2)) : answer()));
    const { events } = await runLake(lake({ ann: {} }, 2), models);
    expect(decisions(events)).toMatchObject([
      { decision_type: "act", new_value: ["harvest", "harvest"] },
      { decision_type: "wait" },
    ]);
    expect(decisions(events)[1]).not.toHaveProperty("new_value");
    expect(events.filter(({ event_type }) => event_type === "ACTION")).toHaveLength(2);
  });

  it("asks its own model in its own way", async () => {
    const models = fakeModels(() => answer());
    await runLake(lake({ ann: { model: "tiny", sampling: { temperature: 0 } } }), models);
    expect(models.asked[0]?.question).toEqual({ model: "tiny", sampling: { temperature: 0 } });
  });

  it("is caused by what its templates show, and by nothing else of what it could see", async () => {
    const models = fakeModels(() => answer());
    const prompt = { system: { text: "" }, user: { text: "There are {{ observation.world.fish }} fish." } };
    const { events } = await runLake(lake({ ann: { prompt } }), models);
    expect(models.asked[0]?.messages).toEqual([{ role: "user", content: "There are 100 fish." }]);
    const [decision] = decisions(events);
    expect(causesNamed(events, decision)).toContain("world.fish");
    expect(causesNamed(events, decision)).not.toContain("world.weather");
    expect(causesNamed(events, decision)).not.toContain("ann.boat.size");
    const attempt = events.find((event) => named(event).startsWith("success"));
    expect(causesNamed(events, attempt)).toContain("world.fish");
    expect(causesNamed(events, attempt)).not.toContain("world.weather");
  });

  it("is asked again where it does what the engine cannot, which has a name of its own", async () => {
    const models = fakeModels(({ attempt }) =>
      attempt === 1 ? answer({ action_type: "harvst", payload: {} }) : answer(harvest(1)),
    );
    const { events } = await runLake(lake({ ann: {} }), models);
    const [first] = events.filter((event) => named(event).startsWith("retry"));
    expect(first).toMatchObject({
      error_type: "unknown_action",
      description: 'actions.0.action_type does not fit: there is no action "harvst"; did you mean "harvest"?',
    });
    expect(decisions(events)).toMatchObject([{ decision_type: "act" }]);
  });

  it("can do what is named for it alone", async () => {
    const models = fakeModels(() => answer({ action_type: "release", payload: { amount: 1 } }));
    const { events } = await runLake(lake({ ann: { actions: ["harvest"] } }), models);
    expect(models.asked[0]?.messages[0]?.content).not.toContain("release");
    expect(events).toContainEqual(isFailure("unknown_action"));
    expect(decisions(events)).toEqual([]);
  });

  it("sits the turn out where no answer can be used; the run goes on, and the next decision knows of it", async () => {
    const models = fakeModels(({ turn }) => (turn === 1 ? { none: "http_error" } : answer(harvest(1))));
    const { events, result } = await runLake(lake({ ann: {} }, 2), models);
    expect(result.status).toBe("completed");
    const [second, ...others] = decisions(events);
    expect(others).toEqual([]);
    expect(second?.turn_number).toBe(2);
    expect(causesNamed(events, second)).toContain("failure agent_error");
  });

  it("does its fallback where there is one, says why, and is told so in the next turn", async () => {
    const models = fakeModels(({ turn }) => (turn === 1 ? "I would rather not." : answer(harvest(1))));
    const fallback = { decision_type: "hold", actions: [harvest(2)] };
    const { events } = await runLake(lake({ ann: { fallback } }, 2), models);
    const [first, second] = decisions(events);
    expect(first).toMatchObject({
      decision_type: "hold",
      details: {
        fallback: { error_type: "no_json", error: "the answer has no JSON: give the JSON value alone" },
      },
    });
    expect(causesNamed(events, first)).toContain("failure no_json agent ann/1/decide/0#3");
    expect(events).toContainEqual(expect.objectContaining({ event_type: "ACTION", turn_number: 1 }));
    expect(models.asked.at(-1)?.messages.at(-1)?.content).toContain(
      "No answer of yours in turn 1 could be used (no_json), so that this was done in its place: hold.",
    );
    expect(causesNamed(events, second)).toContain("ann decides hold in turn 1");
    expect(second?.details).toMatchObject({ forgotten: ["failed"] });
  });

  it("remembers what it was asked and said, and decisions it remembers are causes of what it is asked", async () => {
    const models = fakeModels(({ turn }) => ({ reason: `turn ${turn}`, actions: [] }));
    const { events } = await runLake(lake({ ann: {} }, 3), models);
    const [first = [], second = [], third = []] = models.asked.map(({ messages }) => messages);
    expect(second.slice(0, 2)).toEqual(first);
    expect(second[2]).toEqual({ role: "assistant", content: '{"reason":"turn 1","actions":[]}' });
    expect(third.slice(0, 4)).toEqual(second);
    expect(third).toHaveLength(6);
    const last = decisions(events).at(-1);
    expect(causesNamed(events, last)).toEqual(
      expect.arrayContaining(["ann decides wait in turn 1", "ann decides wait in turn 2"]),
    );
  });

  it("adds to the tape what is new alone, however long the conversation", async () => {
    const models = fakeModels(() => answer());
    const { tape } = await runLake(lake({ ann: { memory: { tokens: 100_000 } } }, 12), models);
    const deltas = tape.flatMap((item) => (item.line === "attempt" ? [item.messages.length] : []));
    expect(deltas).toHaveLength(12);
  });

  it("remembers nothing where it is told so", async () => {
    const models = fakeModels(() => answer());
    const { events } = await runLake(lake({ ann: { memory: { tokens: 0 } } }, 2), models);
    expect(models.asked[1]?.messages).toHaveLength(2);
    expect(causesNamed(events, decisions(events)[1])).not.toContain("ann decides wait in turn 1");
  });

  it.each([
    [
      { actions: ["fly"] },
      'Agent ann cannot be made: the engine has no action "fly"; it has harvest and release',
    ],
    [
      { memory: { tokens: -1 } },
      "Agent ann cannot be made: memory.tokens: Too small: expected number to be >=0",
    ],
    [
      { prompt: { user: { text: "{{ x }}" } } },
      'Agent ann cannot be made: prompt.user:1:4: there is no "x"; there are agent_id, turn, turns, persona, actions, observation, failed',
    ],
    [
      { prompt: { user: "./user.md" } },
      "Agent ann cannot be made: prompt.user has no text: outside of a config, give { text: … }",
    ],
  ])("is refused before the run where it cannot be made: %j", async (params, message) => {
    await expect(
      runLake(
        lake({ ann: params }),
        fakeModels(() => answer()),
      ),
    ).rejects.toThrow(message);
  });
});
