import type { Intervention, LeftOut } from "@llm-sim/events/run";
import type { Event, JsonValue } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type AgentType, BaseEngine, type DecideFunction, defineSimulation, type World } from "../index.ts";
import { run } from "../run/village.test.fixture.ts";

interface Pond extends World {
  global: { fish: number; season: string };
  agents: Record<string, { caught: number; box?: { bait: number } }>;
}

class PondEngine extends BaseEngine<Pond> {
  readonly actions = {
    fish: this.action(z.strictObject({ amount: z.number().positive() }), (draft, { agent_id, payload }) => {
      if (payload.amount > draft.global.fish) this.refuse("there are not that many fish");
      draft.global.fish -= payload.amount;
      this.agent(draft, agent_id).caught += payload.amount;
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Pond {
    return { ...super.initialState(agents), global: { fish: 100, season: "wet" } };
  }

  override afterActions(): void {
    this.rule("regrowth", (draft) => {
      draft.global.fish += 10;
    });
    if (this.turn === 2) this.phase("dry season");
  }
}

const fisher: DecideFunction<{ world: Pond["global"] }> = ({ world }) => ({
  decision_type: "fish",
  new_value: world.fish,
  actions: [
    { action_type: "fish", payload: { amount: Math.floor(world.fish / 10) } },
    { action_type: "fish", payload: { amount: 1 } },
  ],
});

const pond = (more: { agents?: Record<string, AgentType>; turns?: number } = {}) =>
  defineSimulation({
    name: "pond",
    turns: more.turns ?? 3,
    engine: PondEngine,
    state_variables: { global: { fish: { type: "number", minimum: 0 } } },
    agents: Object.entries(more.agents ?? { ann: fisher, bob: fisher }).map(([name, agent]) => ({
      name,
      agent,
      initial_state: { caught: 0 },
    })),
  });

const withInterventions = (
  interventions: Intervention[],
  simulation = pond(),
  verbosity: "DETAIL" | "STATE" | "ACTION" | "MILESTONE" = "DETAIL",
) => run(simulation, verbosity, { again: { interventions } });

function only(events: readonly Event[], is: (event: Event) => boolean): Event {
  const found = events.filter(is);
  expect(found).toHaveLength(1);
  const [event] = found;
  if (!event) throw new Error("not there");
  return event;
}
const isPhase = (name: string) => (event: Event) =>
  event.event_type === "MILESTONE" && event.milestone_type === "phase_transition" && event.name === name;
const isError = (type: string) => (event: Event) =>
  event.event_type === "SYSTEM" && event.error_type === type;

/** Whether `cause` is behind an event. */
function restsOn(event: Event, cause: Event, events: readonly Event[]): boolean {
  const byId = new Map(events.map((one) => [one.event_id, one]));
  const seen = new Set<string>();
  const look = (one: Event): boolean =>
    (one.caused_by ?? []).some((id) => {
      if (id === cause.event_id) return true;
      const behind = byId.get(id);
      if (!behind || seen.has(id)) return false;
      seen.add(id);
      return look(behind);
    });
  return look(event);
}

describe("a variable that is set", () => {
  it("has its value from the start of the turn on, by a phase that causes it", async () => {
    const { events } = await withInterventions([{ turn: 2, set: [{ variable: "fish", value: 50 }] }]);
    const phase = only(events, isPhase("intervention"));
    expect(phase).toMatchObject({
      turn_number: 2,
      description: "Intervention: fish = 50",
      details: { set: [{ variable: "fish", value: 50 }] },
    });
    const write = only(events, (event) => event.event_type === "STATE" && event.new_value === 50);
    expect(write).toMatchObject({ variable_name: "fish", old_value: 88, caused_by: [phase.event_id] });
    const at = events.indexOf(write);
    expect(events[events.indexOf(phase) - 1]).toMatchObject({ milestone_type: "turn_start", turn_number: 2 });
    const decision = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "ann" && e.turn_number === 2,
    );
    expect(events.indexOf(decision)).toBeGreaterThan(at);
    expect(decision).toMatchObject({ new_value: 50 });
    expect(decision.caused_by).toContain(write.event_id);
  });

  it("is everyone's where its name says so", async () => {
    const { events } = await withInterventions([{ turn: 1, set: [{ variable: "*.caught", value: 7 }] }]);
    const set = events.filter((event) => event.event_type === "STATE" && event.new_value === 7);
    expect(set.map(({ agent_id }) => agent_id)).toEqual(["ann", "bob"]);
  });

  it("that is set to what it is counts as written", async () => {
    const { events } = await withInterventions([{ turn: 1, set: [{ variable: "fish", value: 100 }] }]);
    const phase = only(events, isPhase("intervention"));
    const decision = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "ann" && e.turn_number === 1,
    );
    expect(decision.caused_by).toContain(phase.event_id);
  });

  it.each<[string, JsonValue, string]>([
    ["fsh", 1, 'There is no variable "fsh" at the start of turn 2; did you mean "fish"?'],
    [
      "anne.caught",
      1,
      'There is no variable "anne.caught" at the start of turn 2; did you mean "ann.caught"?',
    ],
    ["ann.cought", 1, 'There is no variable "ann.cought" at the start of turn 2; did you mean "ann.caught"?'],
    ["*.size", 1, 'There is no variable "*.size" at the start of turn 2'],
    [
      "fish",
      -1,
      "fish would be -1 (it is 88): expected a number of at least 0 (state_variables.global.fish)",
    ],
    ['"', 1, "is no name of a variable"],
  ])(
    "is refused before anything where there is none, or its value is not allowed: %s = %s",
    async (variable, value, message) => {
      const { events, error } = await withInterventions([{ turn: 2, set: [{ variable, value }] }]);
      expect(String(error)).toContain(message);
      expect(
        events.filter(({ turn_number, event_type }) => turn_number === 2 && event_type !== "MILESTONE"),
      ).toEqual([]);
    },
  );
});

describe("a decision that is replaced", () => {
  const replaced = { decision_type: "rest", description: "tired" };

  it("is another, caused by what the agent read and by the intervention, and tells what was decided", async () => {
    const { events } = await withInterventions([
      { turn: 2, decide: [{ agent_id: "bob", decision: replaced }] },
    ]);
    const phase = only(events, isPhase("intervention"));
    const decision = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "bob" && e.turn_number === 2,
    );
    expect(decision).toMatchObject({
      ...replaced,
      details: {
        intervention: {
          decision_type: "fish",
          new_value: 88,
          actions: [
            { action_type: "fish", payload: { amount: 8 } },
            { action_type: "fish", payload: { amount: 1 } },
          ],
        },
      },
    });
    expect(decision.caused_by).toContain(phase.event_id);
    expect(decision.caused_by?.length).toBeGreaterThan(2);
    expect(
      events.filter((e) => e.event_type === "ACTION" && e.agent_id === "bob" && e.turn_number === 2),
    ).toEqual([]);
  });

  it("can be given by its actions alone", async () => {
    const actions = [{ action_type: "fish", payload: { amount: 3 } }];
    const { events } = await withInterventions([
      { turn: 2, decide: [{ agent_id: "bob", decision: actions }] },
    ]);
    const [action, ...more] = events.filter(
      (e) => e.event_type === "ACTION" && e.agent_id === "bob" && e.turn_number === 2,
    );
    expect(more).toEqual([]);
    expect(action).toMatchObject({ action_payload: { amount: 3 } });
    const decision = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "bob" && e.turn_number === 2,
    );
    expect(decision).toMatchObject({ decision_type: "fish" });
  });

  it("is checked like any decision", async () => {
    const actions = [
      { action_type: "fly", payload: { amount: 1 } },
      { action_type: "fish", payload: { amount: -1 } },
    ];
    const { events } = await withInterventions([
      { turn: 2, decide: [{ agent_id: "bob", decision: actions }] },
    ]);
    const refused = events.filter(isError("validation_error"));
    expect(refused.map(({ turn_number }) => turn_number)).toEqual([2, 2]);
  });

  it("stands where the agent failed, too, which is on record", async () => {
    const broken: AgentType = () => {
      throw new Error("no idea");
    };
    const { events } = await withInterventions(
      [{ turn: 2, decide: [{ agent_id: "bob", decision: replaced }] }],
      pond({ agents: { ann: fisher, bob: broken } }),
    );
    const decision = only(events, (e) => e.event_type === "DECISION" && e.agent_id === "bob");
    const failure = only(events, (e) => isError("agent_error")(e) && e.turn_number === 2);
    expect(decision.caused_by).toContain(failure.event_id);
    expect(decision).toMatchObject({ turn_number: 2, details: { intervention: { failed: true } } });
  });

  it.each<[string, JsonValue, string]>([
    ["bop", replaced, 'There is no agent "bop" at the start of turn 2; did you mean "bob"?'],
    [
      "bob",
      { decision_type: "rest", actions: [{ type: "x" }] },
      'What "bob" is to decide is no decision (actions.0.action_type',
    ],
    ["bob", 5, 'What "bob" is to decide is no decision'],
  ])(
    "is refused before anything where there is no such agent, or it is none: %s, %j",
    async (agent_id, decision, message) => {
      const { events, error } = await withInterventions([{ turn: 2, decide: [{ agent_id, decision }] }]);
      expect(String(error)).toContain(message);
      expect(
        events.filter(({ turn_number, event_type }) => turn_number === 2 && event_type !== "MILESTONE"),
      ).toEqual([]);
    },
  );

  it("says so where the agent did not decide", async () => {
    const simulation = pond();
    const { events } = await withInterventions(
      [{ turn: 2, decide: [{ agent_id: "bob", decision: replaced }] }],
      {
        ...simulation,
        createEngine: (setup) => {
          const engine = simulation.createEngine(setup);
          return Object.assign(engine, { isActive: (id: string) => id !== "bob" || engine.turn !== 2 });
        },
      },
    );
    expect(only(events, isError("intervention_unused"))).toMatchObject({
      turn_number: 2,
      description: "bob did not decide in turn 2: nothing was replaced",
    });
  });
});

describe("what is left out", () => {
  const ID = "01M892BP8A0000000000000001";
  const leftOut = (of: Pick<LeftOut, "event_type" | "agent_id" | "name"> & { number?: number }) => [
    {
      turn: 2,
      without: [{ event_id: ID, turn: 2, number: 0, ...of }],
    },
  ];

  it("is a decision: the agent is not asked, and sits the turn out", async () => {
    const asked: number[] = [];
    const asking: DecideFunction<{ world: Pond["global"] }> = (shown, context) => {
      asked.push(context.turn);
      return fisher(shown, context);
    };
    const { events } = await withInterventions(
      leftOut({ event_type: "DECISION", agent_id: "bob" }),
      pond({ agents: { ann: fisher, bob: asking } }),
    );
    expect(asked).toEqual([1, 3]);
    const event = only(events, isError("left_out"));
    expect(event).toMatchObject({
      status: "warning",
      subject_agent_id: "bob",
      description: "Left out: the decision of bob",
      details: { left_out: { event_type: "DECISION", event_id: ID } },
    });
    expect(event.caused_by).toContain(only(events, isPhase("intervention")).event_id);
    const next = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "bob" && e.turn_number === 3,
    );
    expect(next.caused_by).toContain(event.event_id);
  });

  it("is an action, the how-many-th of its agent and type: nothing of it is done, and what reads its variables rests on that", async () => {
    const { events } = await withInterventions(
      leftOut({ event_type: "ACTION", agent_id: "bob", name: "fish", number: 1 }),
    );
    const left = only(events, isError("left_out"));
    expect(left).toMatchObject({
      description: "Left out: fish of bob (number 2)",
      details: { action_payload: { amount: 1 } },
    });
    const actions = events.filter(
      (e) => e.event_type === "ACTION" && e.agent_id === "bob" && e.turn_number === 2,
    );
    expect(actions).toMatchObject([{ action_payload: { amount: 8 } }]);
    expect(
      events.filter(
        (e) =>
          e.event_type === "STATE" &&
          e.turn_number === 2 &&
          e.variable_name === "caught" &&
          e.agent_id === "bob",
      ),
    ).toHaveLength(1);
    const rule = only(
      events,
      (e) => e.event_type === "DETAIL" && e.calculation_type === "regrowth" && e.turn_number === 2,
    );
    expect(restsOn(rule, left, events)).toBe(true);
    expect(rule.caused_by).toContain(left.event_id);
  });

  it("is a rule", async () => {
    const { events } = await withInterventions(leftOut({ event_type: "DETAIL", name: "regrowth" }));
    const left = only(events, isError("left_out"));
    expect(
      events
        .filter((e) => e.event_type === "DETAIL" && e.calculation_type === "regrowth")
        .map((e) => e.turn_number),
    ).toEqual([1, 3]);
    const decision = only(
      events,
      (e) => e.event_type === "DECISION" && e.agent_id === "ann" && e.turn_number === 3,
    );
    expect(decision.caused_by).toContain(left.event_id);
    // What wrote the value that it read is a cause as before.
    const write = events.findLast(
      (e) => e.event_type === "STATE" && e.variable_name === "fish" && e.turn_number === 2,
    );
    expect(decision.caused_by).toContain(write?.event_id);
  });

  it("is a phase", async () => {
    const { events } = await withInterventions(leftOut({ event_type: "MILESTONE", name: "dry season" }));
    only(events, isError("left_out"));
    expect(events.filter(isPhase("dry season"))).toEqual([]);
  });

  it("says so where it did not come up", async () => {
    const { events } = await withInterventions(
      leftOut({ event_type: "ACTION", agent_id: "bob", name: "fly" }),
    );
    expect(only(events, isError("intervention_unused"))).toMatchObject({
      turn_number: 2,
      description: "fly of bob did not come up in turn 2: nothing was left out",
    });
  });

  it("is told of at every verbosity", async () => {
    const { events } = await withInterventions(
      leftOut({ event_type: "DETAIL", name: "regrowth" }),
      pond(),
      "MILESTONE",
    );
    only(events, isError("left_out"));
  });
});
