import { type Event, ROSTER_EVENTS, type SystemEvent } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { causesOf, isState, label, run } from "../run/village.test.fixture.ts";
import { doer, type Hamlet, hamlet, type Script, sitter } from "./hamlet.test.fixture.ts";

const birth = (id: string, more: object = {}) => ({ id, type: "child", initial_state: { age: 1 }, ...more });
const bornIn =
  (turn: number, ...ids: string[]): NonNullable<Script["afterActions"]> =>
  (powers) => {
    if (powers.turn === turn) powers.rule("births", () => ids.map((id) => powers.spawn(birth(id))));
  };

const deciders = (events: readonly Event[], turn: number) =>
  events.flatMap((event) =>
    event.event_type === "DECISION" && event.turn_number === turn ? [event.agent_id] : [],
  );
const ofRoster = (events: readonly Event[]) =>
  events.filter(
    (event): event is SystemEvent =>
      event.event_type === "SYSTEM" && ROSTER_EVENTS.some((one) => one === event.details?.system_event_type),
  );
const failureOf = async (script: Script) => {
  const { error } = await run(hamlet(script));
  return error instanceof Error ? error.message : "no error";
};

describe("an agent that an engine lets come", () => {
  it("is on record with its type, its params and what it came by, and with each of its variables", async () => {
    const { events } = await run(
      hamlet({
        afterActions: ({ turn, rule, spawn }) => {
          if (turn === 2)
            rule("arrivals", () =>
              spawn({ id: "eve", type: "elder", params: { wisdom: 7 }, initial_state: { age: 80 } }),
            );
        },
      }),
    );
    const [coming] = ofRoster(events);
    expect(coming).toMatchObject({
      turn_number: 2,
      status: "success",
      subject_agent_id: "eve",
      description: "eve came, of type elder, by rule arrivals",
      details: {
        system_event_type: "agent_added",
        type: "elder",
        params: { wisdom: 7 },
        by: "rule arrivals",
      },
    });
    expect(causesOf(events, coming)[0]).toBe("detail arrivals");
    const state = events.filter(isState).find(({ agent_id }) => agent_id === "eve");
    expect(state).toMatchObject({ turn_number: 2, variable_name: "age", new_value: 80, change: "added" });
    expect(causesOf(events, state)).toEqual(["detail arrivals"]);
    expect(
      events.filter(({ event_type, turn_number }) => event_type === "DECISION" && turn_number > 2),
    ).toMatchObject([
      { agent_id: "ann" },
      { agent_id: "eve", decision_type: "nod 7" },
      { agent_id: "ann" },
      { agent_id: "eve", decision_type: "nod 7" },
    ]);
  });

  it("decides from the next turn on, after the config's agents, in order of coming", async () => {
    const { events } = await run(
      hamlet(
        {
          beforeTurn: ({ turn, rule, spawn }) => {
            if (turn === 2) rule("early", () => ["zoe", "bea"].map((id) => spawn(birth(id))));
          },
          afterActions: bornIn(2, "abe"),
        },
        { agents: { mia: sitter, ann: sitter } },
      ),
    );
    expect(deciders(events, 2)).toEqual(["mia", "ann"]);
    expect(deciders(events, 3)).toEqual(["mia", "ann", "zoe", "bea", "abe"]);
  });

  it("has its coming among the causes of each of its decisions", async () => {
    const { events } = await run(hamlet({ afterActions: bornIn(1, "abe") }));
    const decisions = events.filter(
      ({ event_type, agent_id }) => event_type === "DECISION" && agent_id === "abe",
    );
    expect(decisions).toHaveLength(3);
    const coming = ofRoster(events)[0]?.event_id;
    for (const { caused_by } of decisions) expect(caused_by).toContain(coming);
  });

  it("comes by an action, because of the decision", async () => {
    const { events } = await run(
      hamlet(
        { effect: ({ turn, spawn }) => spawn(birth(`kid-${turn}`)) },
        { agents: { ann: doer }, turns: 1 },
      ),
      "ACTION",
    );
    const [coming] = ofRoster(events);
    expect(coming?.details?.by).toBe("action do of ann");
    expect(causesOf(events, coming)[0]).toBe("ann does do");
  });

  it("gets what is missing of its part by the engine's schema", async () => {
    const { events } = await run(
      hamlet({
        afterActions: ({ turn, rule, spawn }) => {
          if (turn === 1) rule("births", () => spawn({ id: "abe", type: "child" }));
        },
      }),
    );
    expect(events.filter(isState).find(({ agent_id }) => agent_id === "abe")).toMatchObject({
      variable_name: "age",
      new_value: 0,
    });
  });

  it("is there at once for the rest of the effect", async () => {
    const { events } = await run(
      hamlet({
        afterActions: ({ turn, rule, spawn }) => {
          if (turn !== 1) return;
          rule("births", (draft: Hamlet) => {
            spawn(birth("abe"));
            const abe = draft.agents.abe;
            if (abe) abe.age += 4;
          });
        },
      }),
    );
    expect(
      events
        .filter(isState)
        .filter(({ agent_id }) => agent_id === "abe")
        .map(label),
    ).toEqual(["abe.age = 5"]);
  });

  it("does not come where the action is refused", async () => {
    const { events } = await run(
      hamlet(
        {
          effect: ({ spawn, remove }) => {
            spawn(birth("abe"));
            remove("nobody");
          },
        },
        { agents: { ann: doer }, turns: 2 },
      ),
    );
    expect(ofRoster(events)).toEqual([]);
    const refusals = events
      .filter((event) => event.event_type === "SYSTEM")
      .map(({ description }) => description);
    expect(refusals).toEqual(Array(2).fill('ann: do refused: there is no agent "nobody"'));
    expect(deciders(events, 2)).toEqual(["ann"]);
  });

  it.each([
    ["STATE", ["agent_added", "agent_removed"]],
    ["ACTION", ["agent_added", "agent_removed"]],
    ["DECISION", []],
  ] as const)("is told of at %s as of any action", async (verbosity, expected) => {
    const { events } = await run(
      hamlet({
        afterActions: (powers) => {
          bornIn(1, "abe")(powers);
          if (powers.turn === 2) powers.rule("deaths", () => powers.remove("abe"));
        },
      }),
      verbosity,
    );
    expect(ofRoster(events).map(({ details }) => details?.system_event_type)).toEqual(expected);
  });
});

describe("an id", () => {
  it.each([
    ["of the config", "ann", 'there is an agent "ann" already'],
    ["of one that came", "abe", 'there is an agent "abe" already'],
    ["of one that went", "old", 'there was an agent "old" already'],
  ])("%s is not used again", async (_, id, told) => {
    const message = await failureOf({
      afterActions: (powers) => {
        bornIn(1, "abe", "old")(powers);
        if (powers.turn === 2) powers.rule("deaths", () => powers.remove("old"));
        if (powers.turn === 3) powers.rule("births", () => powers.spawn(birth(id)));
      },
    });
    expect(message).toContain(`rule births: ${told}, and an id is used once in a run`);
  });

  it("that is taken refuses the action", async () => {
    const { events } = await run(
      hamlet({ effect: ({ spawn }) => spawn(birth("abe")) }, { agents: { ann: doer }, turns: 2 }),
    );
    const [refusal] = events.filter((event) => event.event_type === "SYSTEM" && event.status === "warning");
    expect(refusal?.description).toMatch(/ann: do refused: there is an agent "abe" already/);
    expect(causesOf(events, refusal)).toContain("abe.age = 1");
  });

  it("is one that events can carry", async () => {
    expect(await failureOf({ afterActions: bornIn(1, "a,b") })).toMatch(
      /rule births: spawn takes \{ id, type \}: id: /,
    );
  });
});

describe("what cannot come", () => {
  const spawning = (newcomer: Parameters<typeof birth>[1] & { id: string; type: string }): Script => ({
    afterActions: ({ turn, rule, spawn }) => {
      if (turn === 1) rule("births", () => spawn(newcomer));
    },
  });

  it.each([
    [
      "of no known type",
      { id: "abe", type: "chidl" },
      /there is no type of agents "chidl".*did you mean "?child/,
    ],
    ["of params that do not fit", { id: "abe", type: "elder", params: { wisdom: -1 } }, /params\.wisdom: /],
    [
      "of params that are no JSON",
      { id: "abe", type: "child", params: { f: () => 1 } },
      /params of agent abe: f is a function/,
    ],
    [
      "of a part that does not fit",
      { id: "abe", type: "child", initial_state: { age: -1 } },
      /initial_state\.age: /,
    ],
    [
      "of a part that is no JSON",
      { id: "abe", type: "child", initial_state: { at: new Date(0) } },
      /initial_state of agent abe: at is a Date/,
    ],
    ["of keys that nobody knows", { id: "abe", type: "child", count: 3 }, /spawn takes .*count/],
  ])("%s says so", async (_, newcomer, told) => {
    expect(await failureOf(spawning(newcomer))).toMatch(told);
  });

  it("outside of an effect says where it belongs", async () => {
    expect(await failureOf({ afterActions: ({ spawn }) => spawn(birth("abe")) })).toMatch(
      /spawn belongs into an effect/,
    );
    expect(await failureOf({ beforeTurn: ({ remove }) => remove("ann") })).toMatch(
      /remove belongs into an effect/,
    );
  });

  it("by a part of the state alone is refused: that is what spawn is for", async () => {
    const write: Script["afterActions"] = ({ rule }) =>
      rule("births", (draft) => {
        draft.agents.abe = { age: 0 };
      });
    expect(await failureOf({ afterActions: write })).toMatch(
      /rule births: there is no agent "abe".*this\.spawn/,
    );
    const { events } = await run(
      hamlet(
        {
          effect: (_, draft) => {
            draft.agents.abe = { age: 0 };
          },
        },
        { agents: { ann: doer }, turns: 1 },
      ),
    );
    expect(events.find(({ event_type }) => event_type === "SYSTEM")?.description).toMatch(
      /ann: do refused: .*this\.spawn/,
    );
    expect(
      await failureOf({ initial: (state) => ({ ...state, agents: { ...state.agents, abe: { age: 0 } } }) }),
    ).toMatch(/a part for "abe", which is no agent of this simulation/);
  });
});

describe("an agent that an engine lets go", () => {
  const dyingIn = (turn: number, id: string): Script => ({
    afterActions: (powers) => {
      if (powers.turn === turn) powers.rule("deaths", () => powers.remove(id));
    },
  });

  it("is on record, with what it went by, and its variables are removed", async () => {
    const { events } = await run(hamlet(dyingIn(2, "bob"), { agents: { ann: sitter, bob: sitter } }));
    const [going] = ofRoster(events);
    expect(going).toMatchObject({
      turn_number: 2,
      status: "success",
      subject_agent_id: "bob",
      description: "bob went, by rule deaths",
      details: { system_event_type: "agent_removed", type: "sitter", by: "rule deaths" },
    });
    expect(causesOf(events, going)).toEqual(["detail deaths", "bob.age = 30"]);
    const removed = events.filter(isState).find(({ change }) => change === "removed");
    expect(removed).toMatchObject({ agent_id: "bob", variable_name: "age", new_value: null });
    expect(causesOf(events, removed)).toEqual(["detail deaths"]);
    expect(deciders(events, 3)).toEqual(["ann"]);
  });

  it("has what it still wanted to do refused", async () => {
    const { events, summary } = await run(
      hamlet(
        {
          effect: ({ remove }, draft, id) => {
            if (id === "ann") remove("bob");
            else draft.global.bread -= 1;
          },
        },
        { agents: { ann: doer, bob: doer }, turns: 1 },
      ),
    );
    const refusal = events.find(
      (event) => event.event_type === "SYSTEM" && event.error_type === "agent_gone",
    );
    expect(refusal).toMatchObject({
      status: "warning",
      subject_agent_id: "bob",
      description: "bob: do refused: the agent is there no more",
    });
    expect(causesOf(events, refusal)).toEqual(["success  bob", "bob decides act"]);
    expect(summary?.troubles).toMatchObject({ actions: 2, refusals: 1 });
  });

  it("may let itself go, and does nothing more", async () => {
    const twice = () => ({ decision_type: "act", actions: [{ action_type: "do" }, { action_type: "do" }] });
    const { events } = await run(
      hamlet(
        { effect: ({ remove }, _, id) => remove(id) },
        { agents: { ann: twice, bob: sitter }, turns: 2 },
      ),
    );
    expect(
      events.flatMap((event) => (event.event_type === "SYSTEM" ? [event.error_type ?? event.status] : [])),
    ).toEqual(["success", "agent_gone"]);
    expect(deciders(events, 2)).toEqual(["bob"]);
  });

  it("that is not there refuses the action", async () => {
    const { events } = await run(
      hamlet({ effect: ({ remove }) => remove("bob") }, { agents: { ann: doer, bob: sitter }, turns: 2 }),
    );
    const refusal = events.find((event) => event.event_type === "SYSTEM" && event.status === "warning");
    expect(refusal).toMatchObject({
      turn_number: 2,
      description: 'ann: do refused: there is no agent "bob"',
    });
    expect(causesOf(events, refusal)).toContain("bob.age = null");
  });

  it("goes and comes back with its part of the state, as long as it was not removed", async () => {
    const script: Script = {
      beforeTurn: ({ turn, rule }) => {
        if (turn === 2) rule("sold", (draft) => delete draft.agents.bob);
        if (turn === 4)
          rule("bought back", (draft) => {
            draft.agents.bob = { age: 1 };
          });
      },
    };
    const { events } = await run(hamlet(script, { agents: { bob: sitter } }));
    expect(ofRoster(events).map(({ description }) => description)).toEqual([
      "bob went, by rule sold",
      "bob came back, of type sitter, by rule bought back",
    ]);
    expect([1, 2, 3, 4].map((turn) => deciders(events, turn))).toEqual([["bob"], [], [], ["bob"]]);
    expect(
      await failureOf({
        afterActions: ({ rule, remove }) => {
          rule("deaths", () => remove("ann"));
          rule("back", (draft) => {
            draft.agents.ann = { age: 1 };
          });
        },
      }),
    ).toMatch(/"ann" went for good/);
  });

  it("while it still decides has its answer dropped, which is said", async () => {
    let answer = (_: object): void => {};
    const slow = () =>
      new Promise<{ decision_type: string }>((resolve) => {
        answer = () => resolve({ decision_type: "too late" });
      });
    const looker = (seen: unknown) => {
      Reflect.get(Object(seen), "look");
      setTimeout(() => answer({}), 1);
      return { decision_type: "look" };
    };
    const { events } = await run(
      hamlet(
        {
          observe: ({ rule, remove }) => ({
            get look() {
              return rule("deaths", () => remove("ann"));
            },
          }),
        },
        { agents: { ann: slow, bob: looker }, turns: 1 },
      ),
    );
    expect(deciders(events, 1)).toEqual(["bob"]);
    const dropped = events.find(
      (event) => event.event_type === "DETAIL" && event.calculation_type === "decision_dropped",
    );
    expect(dropped).toMatchObject({ agent_id: "ann", intermediate_values: { decision_type: "too late" } });
    expect(causesOf(events, dropped)).toContain("success  ann");
  });
});

describe("an agent that sits out", () => {
  it("does so for the turns that were named, beginning with the next asking", async () => {
    const { events } = await run(
      hamlet(
        {
          beforeTurn: ({ turn, rule, pause }) => {
            if (turn === 5) rule("illness", () => pause("ann", 1));
          },
          afterActions: ({ turn, rule, pause }) => {
            if (turn === 1) rule("winter", () => pause("ann", 2));
          },
        },
        { agents: { ann: sitter, bob: sitter }, turns: 6 },
      ),
    );
    expect([1, 2, 3, 4, 5, 6].map((turn) => deciders(events, turn).includes("ann"))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(ofRoster(events).map(({ turn_number, description }) => `${turn_number}: ${description}`)).toEqual([
      "1: ann sits out for 2 turns, by rule winter",
      "4: ann decides again: its pause is over",
      "5: ann sits out for 1 turn, by rule illness",
      "6: ann decides again: its pause is over",
    ]);
    const [paused, resumed] = ofRoster(events);
    expect(paused?.details).toEqual({ system_event_type: "agent_paused", turns: 2, by: "rule winter" });
    expect(resumed?.details).toEqual({ system_event_type: "agent_resumed", by: "the end of its pause" });
    expect(resumed?.caused_by).toContain(paused?.event_id);
  });

  it("does so until it is resumed, and each decision after that is caused by that", async () => {
    const { events } = await run(
      hamlet(
        {
          afterActions: ({ turn, pause, rule, resume }) => {
            if (turn === 1) pause("ann");
            if (turn === 3) rule("spring", () => resume("ann"));
          },
        },
        { turns: 5 },
      ),
    );
    expect([1, 2, 3, 4, 5].map((turn) => deciders(events, turn).length)).toEqual([1, 0, 0, 1, 1]);
    const [paused, resumed] = ofRoster(events);
    expect(paused?.details).toEqual({ system_event_type: "agent_paused", by: "afterActions" });
    expect(resumed?.details).toEqual({ system_event_type: "agent_resumed", by: "rule spring" });
    for (const event of events) {
      if (event.event_type === "DECISION" && event.turn_number > 3)
        expect(event.caused_by).toContain(resumed?.event_id);
    }
  });

  it("is not paused by an action that is refused", async () => {
    const { events } = await run(
      hamlet(
        {
          effect: ({ pause, remove }) => {
            pause("ann");
            remove("nobody");
          },
        },
        { agents: { ann: doer }, turns: 2 },
      ),
    );
    expect(ofRoster(events)).toEqual([]);
    expect(deciders(events, 2)).toEqual(["ann"]);
  });

  it("has to be there, for a number of turns that there is", async () => {
    expect(await failureOf({ afterActions: ({ pause }) => pause("bob") })).toMatch(/there is no agent "bob"/);
    expect(await failureOf({ afterActions: ({ resume }) => resume("bob") })).toMatch(
      /there is no agent "bob"/,
    );
    expect(await failureOf({ afterActions: ({ pause }) => pause("ann", 0) })).toMatch(
      /pause takes a whole number of turns, at least 1/,
    );
  });
});
