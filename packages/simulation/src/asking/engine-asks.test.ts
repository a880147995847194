import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Question,
  type Reply,
  type Simulation,
  type TurnAction,
  type Validator,
  type World,
} from "../index.ts";
import { label } from "../run/village.test.fixture.ts";
import { shapedAs } from "../world/index.ts";
import { causesNamed, fakeModels, named, runAsking, user } from "./asking.test.fixture.ts";

interface Town extends World {
  global: { price: number; news: string };
  agents: Record<string, { has: number }>;
}

/** An engine whose hooks are what a test wants. */
class TownEngine extends BaseEngine<Town> {
  static hooks: {
    before?: (engine: TownEngine) => void | Promise<void>;
    observe?: (engine: TownEngine, world: Town) => unknown;
    combine?: (engine: TownEngine, actions: readonly TurnAction[]) => Promise<readonly TurnAction[]>;
    after?: (engine: TownEngine) => void | Promise<void>;
    effect?: (engine: TownEngine) => void;
    active?: (engine: TownEngine) => boolean;
  } = {};
  readonly actions = {
    act: this.action(z.looseObject({}), (draft, { agent_id }) => {
      TownEngine.hooks.effect?.(this);
      this.agent(draft, agent_id).has += 1;
    }),
  };
  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Town {
    const parts = Object.fromEntries(agents.map(({ id }) => [id, { has: 1 }]));
    return { global: { price: 5, news: "" }, agents: parts };
  }
  override isActive(agentId: string): boolean {
    return TownEngine.hooks.active?.(this) ?? super.isActive(agentId);
  }
  override beforeTurn(): void | Promise<void> {
    return TownEngine.hooks.before?.(this);
  }
  override observe(_: string, world: Town): unknown {
    return TownEngine.hooks.observe?.(this, world) ?? {};
  }
  override combine(actions: readonly TurnAction[]): readonly TurnAction[] | Promise<readonly TurnAction[]> {
    return TownEngine.hooks.combine?.(this, actions) ?? actions;
  }
  override afterActions(): void | Promise<void> {
    return TownEngine.hooks.after?.(this);
  }
  question<T = string>(question: Question<T>): Promise<Reply<T>> {
    return this.ask(question);
  }
  print(news: string): void {
    this.rule("press", ({ global }) => {
      global.news = news;
    });
  }
  within(body: () => void): void {
    this.rule("work", body);
  }
  piece<T>(body: () => T): T {
    return this.apart(body);
  }
  enter(name: string): void {
    this.phase(name);
  }
  end(): void {
    this.stop("enough");
  }
}

const acts: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });

function town(
  hooks: (typeof TownEngine)["hooks"],
  {
    turns = 1,
    agents = { alice: acts },
    validator,
  }: { turns?: number; agents?: Record<string, DecideFunction>; validator?: Validator } = {},
): Simulation {
  TownEngine.hooks = hooks;
  return defineSimulation({
    name: "town",
    turns,
    engine: TownEngine,
    agents: Object.entries(agents).map(([name, agent]) => ({ name, agent })),
    ...(validator && { validator }),
  });
}

const asksForNews = async (engine: TownEngine) => {
  const { text } = await engine.question({
    purpose: "news",
    messages: user(`The price is ${engine.world.global.price}.`),
  });
  return text;
};
const find = (events: Awaited<ReturnType<typeof runAsking>>["events"], what: string) =>
  events.find((event) => label(event) === what);

describe("an engine that asks a language model", () => {
  it.each(["before", "after"] as const)(
    "in a hook (%s) has each attempt caused by what the hook read, and what comes after it by the attempt",
    async (hook) => {
      const simulation = town({
        [hook]: async (engine: TownEngine) => {
          const news = await asksForNews(engine);
          engine.print(news);
          engine.enter("printed");
          engine.end();
        },
      });
      const { events, attempts } = await runAsking(
        simulation,
        fakeModels((asked) => `${asked}!`),
      );
      expect(attempts).toMatchObject([{ status: "success", details: { call: "engine/1/news/0#1" } }]);
      expect(attempts[0]).not.toHaveProperty("subject_agent_id");
      expect(causesNamed(events, attempts[0])).toEqual(["detail conditions", "turn_start"]);
      const rule = find(events, "detail press");
      expect(causesNamed(events, rule)).toEqual(["detail conditions", "turn_start"]);
      const conditions = events.find(({ event_id }) => event_id === rule?.caused_by?.[0]);
      expect(causesNamed(events, conditions)).toContain("success engine/1/news/0#1");
      for (const what of ["phase_transition printed", "simulation_end"])
        expect(find(events, what)?.caused_by).toContain(conditions?.event_id);
      expect(find(events, '.news = "The price is 5.!"')).toBeDefined();
    },
  );

  it("counts through the turn, over both hooks and the pieces of them", async () => {
    const simulation = town({
      before: async (engine) => {
        await engine.piece(() => Promise.all([asksForNews(engine), asksForNews(engine)]));
      },
      after: async (engine) => {
        await Promise.all([asksForNews(engine), asksForNews(engine)]);
      },
    });
    const told: string[] = [];
    const { tape, events } = await runAsking(
      simulation,
      fakeModels(() => "none"),
      { onWarning: (message) => told.push(message) },
    );
    expect(told).toEqual([expect.stringMatching(/^The engine asks for "news" several times at once/)]);
    expect(tape.map(({ coordinate }) => coordinate)).toMatchObject([
      { actor: { type: "engine" }, turn: 1, purpose: "news", ordinal: 0, attempt: 1 },
      { ordinal: 1 },
      { ordinal: 2 },
      { ordinal: 3 },
    ]);
    expect(
      events.filter((event) => event.event_type === "SYSTEM" && event.error_type === "ask_order"),
    ).toMatchObject([
      {
        status: "warning",
        description:
          'The engine asks for "news" several times at once: give each a key, by which its answer is found again on the tape',
        details: { purpose: "news" },
      },
    ]);
  });

  it("in observe has it behind the decision of who looks", async () => {
    const simulation = town(
      {
        observe: async (engine, world) => {
          const { text } = await engine.question({
            purpose: "rumour",
            messages: user(`${world.global.price}`),
          });
          return { rumour: text };
        },
      },
      { agents: { alice: (shown) => ({ decision_type: JSON.stringify(shown) }), bob: acts } },
    );
    const { events, attempts } = await runAsking(
      simulation,
      fakeModels(() => "buy"),
    );
    expect(attempts.map(named)).toEqual(["success engine/1/rumour/0#1", "success engine/1/rumour/1#1"]);
    expect(causesNamed(events, attempts[0])).toEqual(["turn_start", "alice.has = 1", ".price = 5"]);
    const [alice, bob] = events.filter(({ event_type }) => event_type === "DECISION");
    expect(causesNamed(events, alice)).toContain("success engine/1/rumour/0#1");
    expect(causesNamed(events, bob)).not.toContain("success engine/1/rumour/1#1");
  });

  it("in combine has what was decided behind it, and it behind what is done", async () => {
    const simulation = town({
      combine: async (engine, actions) => {
        const { text } = await engine.question({
          purpose: "first",
          messages: user(actions.map(({ agent_id }) => agent_id).join()),
        });
        return text === "none" ? [] : actions;
      },
    });
    const { events, attempts } = await runAsking(
      simulation,
      fakeModels(() => "all"),
    );
    expect(causesNamed(events, attempts[0])).toEqual(["alice decides act", "turn_start"]);
    expect(causesNamed(events, find(events, "alice does act"))).toContain("success engine/1/first/0#1");
    const none = await runAsking(
      simulation,
      fakeModels(() => "none"),
    );
    expect(causesNamed(none.events, find(none.events, "warning combined_away alice"))).toContain(
      "success engine/1/first/0#1",
    );
  });

  it("that fails to be answered fails, caused by the attempt; or goes on, where it catches that", async () => {
    const refused = () => fakeModels(() => ({ error_type: "refusal" }));
    const failed = await runAsking(
      town({ after: (engine) => asksForNews(engine).then(() => undefined) }),
      refused(),
    );
    expect(String(failed.error)).toContain(
      "town failed in turn 1: afterActions: news was not answered: refusal",
    );
    const failure = find(failed.events, "failure engine_error");
    const [conditions] = failure?.caused_by ?? [];
    const carrying = failed.events.find(({ event_id }) => event_id === conditions);
    expect(causesNamed(failed.events, carrying)).toContain("failure engine/1/news/0#1");
    const careful = town({
      after: (engine) =>
        asksForNews(engine).then(
          () => undefined,
          () => engine.print("nothing"),
        ),
    });
    const { result, events } = await runAsking(careful, refused());
    expect(result).toMatchObject({ status: "completed" });
    expect(find(events, '.news = "nothing"')).toBeDefined();
  });

  it("that is refused an answer as the budget is spent ends the run so, where it does not go on without", async () => {
    const simulation = town({ after: (engine) => asksForNews(engine).then(() => undefined) }, { turns: 3 });
    const spent = fakeModels(() => "news", { budget: 5 });
    const { result } = await runAsking(simulation, {
      ...spent,
      isSpent: false,
      ask: (...given) => spent.ask(...given),
    });
    expect(result).toMatchObject({ status: "completed", ended_by: "budget", turns: 1 });
    expect(result?.reason).toContain("Ended with turn 2: the budget is spent");
  });

  it.each<[string, (typeof TownEngine)["hooks"], string]>([
    [
      "a rule",
      { after: (engine) => engine.within(() => void engine.question({ purpose: "x", messages: user("?") })) },
      "rule work: an effect has to be done at once and cannot ask: ask in beforeTurn or afterActions, and use the answer in the rule",
    ],
    [
      "an effect",
      { effect: (engine) => void engine.question({ purpose: "x", messages: user("?") }) },
      "action act of alice: an effect has to be done at once and cannot ask: ask in beforeTurn or afterActions, and use the answer in the rule",
    ],
    [
      "isActive",
      {
        active: (engine) => {
          void engine.question({ purpose: "x", messages: user("?") });
          return true;
        },
      },
      "isActive of alice: The engine can ask in beforeTurn, observe, combine and afterActions, while they wait for the answer",
    ],
  ])("cannot within %s, which has to answer at once", async (_, hooks, message) => {
    const { error, attempts } = await runAsking(
      town(hooks),
      fakeModels(() => "x"),
    );
    expect(attempts).toEqual([]);
    expect(String(error)).toContain(message);
  });

  it("cannot ask while agents decide", async () => {
    const simulation = town(
      { observe: (engine) => ({ oracle: () => asksForNews(engine) }) },
      { agents: { alice: async (shown) => ({ decision_type: await Object(shown).oracle() }) } },
    );
    const { events, attempts } = await runAsking(
      simulation,
      fakeModels(() => "x"),
    );
    expect(attempts).toEqual([]);
    expect(find(events, "failure agent_error alice")).toMatchObject({
      description: expect.stringContaining(
        "While agents decide the engine cannot ask: an agent asks by context.ask",
      ),
    });
  });

  it("and does not await it has it broken off at the end of the hook, on record before what comes next", async () => {
    const simulation = town({
      before: (engine) => void asksForNews(engine).catch(() => undefined),
    });
    const never = fakeModels(() => new Promise(() => {}));
    const { events, result } = await runAsking(simulation, never);
    expect(result).toMatchObject({ status: "completed" });
    const labels = events.map(named);
    expect(labels.indexOf("failure engine/1/news/0#1")).toBeLessThan(labels.indexOf("alice decides act"));
    expect(events.find((event) => named(event) === "failure engine/1/news/0#1")).toMatchObject({
      details: { outcome: "aborted", broken_off_by: "unawaited" },
    });
  });
});

describe("a validator that asks a language model", () => {
  const judge: Validator = {
    validate: async (action, context) => {
      const { price } = shapedAs<Town>(context.world).global;
      const { text } = await context.ask({
        purpose: "fair",
        messages: user(`${action.agent_id} at ${price}`),
      });
      return text === "yes" ? undefined : text;
    },
  };

  it("has each attempt caused by the decision and what was read, and the action by the attempt", async () => {
    const twice: DecideFunction = () => ({
      decision_type: "act",
      actions: [{ action_type: "act" }, { action_type: "act" }],
    });
    const simulation = town({}, { agents: { alice: twice }, validator: judge });
    const { events, attempts, tape } = await runAsking(
      simulation,
      fakeModels(() => "yes"),
    );
    expect(attempts.map(named)).toEqual([
      "success validator alice@0/1/fair/0#1",
      "success validator alice@1/1/fair/0#1",
    ]);
    expect(attempts[0]).toMatchObject({ subject_agent_id: "alice" });
    expect(causesNamed(events, attempts[1])).toEqual(["alice decides act", ".price = 5"]);
    const actions = events.filter(({ event_type }) => event_type === "ACTION");
    expect(causesNamed(events, actions[1])).toEqual([
      "alice.has = 2",
      "success validator alice@1/1/fair/0#1",
      "alice decides act",
      ".price = 5",
    ]);
    expect(tape).toHaveLength(2);
  });

  it("has the refusal caused by the attempt", async () => {
    const simulation = town({}, { validator: judge });
    const { events } = await runAsking(
      simulation,
      fakeModels(() => "too dear"),
    );
    const refusal = find(events, "warning validation_error alice");
    expect(refusal).toMatchObject({ description: "alice: act refused: too dear" });
    expect(causesNamed(events, refusal)).toEqual([
      "success validator alice@0/1/fair/0#1",
      "alice decides act",
      ".price = 5",
    ]);
  });

  it("fails the run where it lets the failure through, caused by the decision, the attempt and what was read", async () => {
    const simulation = town({}, { validator: judge });
    const { events, error } = await runAsking(
      simulation,
      fakeModels(() => ({ error_type: "refusal" })),
    );
    expect(String(error)).toContain("validate of act of alice: fair was not answered: refusal");
    expect(causesNamed(events, find(events, "failure engine_error"))).toEqual([
      "failure validator alice@0/1/fair/0#1",
      "alice decides act",
      ".price = 5",
    ]);
  });
});
