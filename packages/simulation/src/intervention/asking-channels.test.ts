// Channels through what a language model answers: what its prompt was made of, the attempts, and what came of the answer.
import { setImmediate as nextTask } from "node:timers/promises";
import type { Event, VerbosityLevel } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { fakeModels, isAttempt, type MakeUp, user } from "../asking/asking.test.fixture.ts";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Models,
  type TurnAction,
  type Validator,
  type World,
} from "../index.ts";
import { shapedAs } from "../world/index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

interface Place extends World {
  global: { x: number; y: number; z: number };
  agents: Record<string, { has: number }>;
}

/** What one channel has of its own. `x` is what is changed. */
interface Channel {
  before?: (engine: Asking) => Promise<void>;
  after?: (engine: Asking) => Promise<void>;
  combine?: (engine: Asking, actions: readonly TurnAction[]) => Promise<readonly TurnAction[]>;
  observe?: (engine: Asking, world: Place, agentId: string) => unknown;
  active?: (world: Place) => boolean;
  validator?: Validator;
  agents?: Record<string, AgentType>;
  decide_timeout?: string;
  /** Default: what was asked, once more. */
  answers?: MakeUp;
  budget?: number;
  /** The answer is nothing that anything could depend on. */
  isUnused?: boolean;
  /** In the run with the change the budget is spent earlier: what is still answered in the other is exempt, as turns after an end are. */
  isSpentEarlier?: boolean;
  /** What is asked for where the model says something else. Default: `say`. */
  changed?: string;
}

class Asking extends BaseEngine<Place> {
  channel: Channel = {};
  isChanged = false;
  readonly actions = {
    act: this.action(z.looseObject({}), (draft, { agent_id }) => {
      this.agent(draft, agent_id).has += 1;
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Place {
    const parts = Object.fromEntries(agents.map(({ id }) => [id, { has: 1 }]));
    return { global: { x: 1, y: 0, z: 0 }, agents: parts };
  }
  override isActive(agentId: string): boolean {
    return this.channel.active?.(shapedAs<Place>(this.world)) ?? super.isActive(agentId);
  }
  override beforeTurn(): void | Promise<void> {
    if (this.turn === 1 && this.isChanged) {
      this.rule("intervention", ({ global }) => {
        global.x = 2;
      });
    }
    return this.channel.before?.(this);
  }
  override observe(agentId: string, world: Place): unknown {
    return this.channel.observe ? this.channel.observe(this, world, agentId) : { world: world.global };
  }
  override combine(actions: readonly TurnAction[]): readonly TurnAction[] | Promise<readonly TurnAction[]> {
    return this.channel.combine?.(this, actions) ?? actions;
  }
  override afterActions(): void | Promise<void> {
    return this.channel.after?.(this);
  }

  get x(): number {
    return this.world.global.x;
  }
  async say(content: string, key?: string): Promise<string> {
    return (await this.ask({ purpose: "say", messages: user(content), key })).text;
  }
  put(y: string): void {
    this.rule("put", ({ global }) => {
      global.y = y.length;
    });
  }
  enter(name: string): void {
    this.phase(name);
  }
  end(): void {
    this.stop("enough");
  }
  piece<T>(body: () => T): T {
    return this.apart(body);
  }
  /** Who sits out from the first turn on is called back where x is 2. */
  call(agentId: string): void {
    this.rule("call", ({ global }) => {
      if (this.turn === 1) this.pause(agentId);
      else if (global.x === 2) this.resume(agentId);
    });
  }
}

type Shown = { world: Place["global"] };
const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });
const idle: DecideFunction = () => ({ decision_type: "wait" });
const asks =
  (prompt: (shown: Shown) => string): DecideFunction<Shown> =>
  async (shown, context) => {
    const { text } = await context.ask({ purpose: "say", messages: user(prompt(shown)) });
    return { decision_type: `say ${text}` };
  };
/** As long as x is. */
const many = (x: number) => "!".repeat(x * 3);

const channels: Record<string, Channel> = {
  "what an agent asks": { agents: { alice: asks(({ world }) => many(world.x)) } },
  "what an agent asks with one answer in the next question": {
    agents: {
      alice: (async (shown: Shown, context) => {
        const { text } = await context.ask({ purpose: "think", messages: user(many(shown.world.x)) });
        const { text: last } = await context.ask({ purpose: "say", messages: user(text) });
        return { decision_type: `say ${last}` };
      }) satisfies DecideFunction<Shown>,
    },
    changed: "think",
  },
  "what it asks with what it recorded before": {
    agents: {
      alice: (async (shown: Shown, context) => {
        context.detail("thought", { of: shown.world.x });
        const { text } = await context.ask({ purpose: "say", messages: user("?") });
        return { decision_type: `say ${text}` };
      }) satisfies DecideFunction<Shown>,
    },
    answers: () => "same",
    isUnused: true,
  },
  "several questions at once": {
    agents: {
      alice: (async (shown: Shown, context) => {
        const replies = await Promise.all(
          ["a", "b", "c"].map((key) =>
            context.ask({ purpose: "say", key, messages: user(key === "b" ? many(shown.world.x) : key) }),
          ),
        );
        return { decision_type: replies.map(({ text }) => text).join(" ") };
      }) satisfies DecideFunction<Shown>,
    },
  },
  "how many attempts an answer took": {
    agents: { alice: asks(({ world }) => many(world.x)) },
    answers: (asked, { attempt }) =>
      attempt < asked.length / 3 ? { error_type: "truncated", again: true } : asked,
  },
  "an answer that does not come, and is caught": {
    agents: {
      alice: (async (shown: Shown, context) => {
        const reply = await context
          .ask({ purpose: "say", messages: user(many(shown.world.x)) })
          .catch(() => undefined);
        return { decision_type: reply ? "heard" : "silence" };
      }) satisfies DecideFunction<Shown>,
    },
    answers: (asked) => (asked.length > 3 ? { error_type: "refusal" } : asked),
  },
  "an answer that does not come": {
    agents: { alice: asks(({ world }) => many(world.x)) },
    answers: (asked) => (asked.length > 3 ? { error_type: "refusal" } : asked),
  },
  "an answer that takes too long": {
    agents: { alice: asks(({ world }) => many(world.x)) },
    answers: (asked) => (asked.length > 3 ? new Promise(() => {}) : asked),
    decide_timeout: "20ms",
  },
  "what an agent remembers of an answer": {
    agents: {
      alice: Object.assign(
        (async (shown: Shown, context) => {
          const before = JSON.stringify(context.memory.said);
          const { text } = await context.ask({
            purpose: "say",
            messages: user(`${before}${many(shown.world.x)}`),
          });
          context.memory.said = text.length;
          return { decision_type: `say ${before}` };
        }) satisfies DecideFunction<Shown>,
        { memory: "tracked" },
      ),
    },
  },
  beforeTurn: {
    before: async (engine) => engine.put(await engine.say(many(engine.x))),
  },
  afterActions: {
    after: async (engine) => engine.put(await engine.say(many(engine.x))),
  },
  "a phase and the end": {
    after: async (engine) => {
      const said = await engine.say(many(engine.x));
      if (said.length > 3) engine.enter("loud");
      if (said.length > 3 && engine.turn === 2) engine.end();
    },
  },
  "pieces of a hook at the same time": {
    after: async (engine) => {
      await Promise.all(
        ["a", "b"].map((key) =>
          engine.piece(async () => engine.put(await engine.say(key === "a" ? many(engine.x) : key, key))),
        ),
      );
    },
  },
  "a hook that fails": {
    after: async (engine) => engine.put(await engine.say(many(engine.x))),
    answers: (asked) => (asked.length > 3 ? { error_type: "refusal" } : asked),
  },
  observe: {
    observe: async (engine, world) => ({ said: await engine.say(many(world.global.x)) }),
    agents: { alice: (shown: { said: string }) => ({ decision_type: shown.said }) },
  },
  "observe that fails": {
    observe: async (engine, world) => ({ said: await engine.say(many(world.global.x)) }),
    answers: (asked) => (asked.length > 3 ? { error_type: "refusal" } : asked),
  },
  "observe, of who is active": {
    active: ({ global }) => global.x === 1,
    observe: async (engine) => ({ said: await engine.say("?") }),
    agents: { alice: () => ({ decision_type: "wait" }) },
    isUnused: true,
  },
  "observe, of who sits out": {
    before: async (engine) => {
      engine.call("alice");
    },
    observe: async (engine) => ({ said: await engine.say("?") }),
    agents: { alice: () => ({ decision_type: "wait" }) },
    isUnused: true,
  },
  "combine, by the state": {
    combine: async (engine, actions) => ((await engine.say(many(engine.x))).length > 3 ? [] : actions),
  },
  "combine, by the actions": {
    agents: {
      alice: (shown: Shown) =>
        shown.world.x > 1 ? { decision_type: "wait" } : acting(shown, shapedAs({ global: {}, agents: {} })),
      bob: acting,
    },
    combine: async (engine, actions) => ((await engine.say(many(actions.length))).length > 3 ? [] : actions),
  },
  "a validator": {
    validator: {
      validate: async (_, context) => {
        const { global } = shapedAs<Place>(context.world);
        const { text } = await context.ask({ purpose: "say", messages: user(many(global.x)) });
        return text.length > 3 ? text : undefined;
      },
    },
  },
  "a validator, by the action": {
    agents: {
      alice: (shown: Shown) => ({
        decision_type: "act",
        actions: [{ action_type: "act", payload: { x: shown.world.x } }],
      }),
    },
    validator: {
      validate: async ({ payload }, context) => {
        const { text } = await context.ask({ purpose: "say", messages: user(many(Number(payload.x))) });
        return text.length > 3 ? text : undefined;
      },
    },
  },
  "a validator that fails": {
    validator: {
      validate: async (_, context) => {
        const { global } = shapedAs<Place>(context.world);
        return void (await context.ask({ purpose: "say", messages: user(many(global.x)) }));
      },
    },
    answers: (asked) => (asked.length > 3 ? { error_type: "refusal" } : asked),
  },
  "a budget": {
    agents: { alice: asks(({ world }) => many(world.x)), bob: idle },
    answers: (asked) => ({ text: asked, tokens: asked.length }),
    budget: 9,
  },
  "what another spends": {
    agents: {
      alice: asks(({ world }) => many(world.x)),
      bob: (async (_, context) => {
        for (let tasks = 0; tasks < 20; tasks++) await nextTask();
        await context.ask({ purpose: "more", messages: user("?") }).catch(() => undefined);
        return { decision_type: "wait" };
      }) satisfies DecideFunction,
    },
    answers: (asked) => ({ text: asked, tokens: asked.length }),
    budget: 6,
    isSpentEarlier: true,
    isUnused: true,
  },
  "a budget that does not suffice for a turn": {
    agents: {
      alice: (async (shown: Shown, context) => {
        const { text } = await context.ask({ purpose: "say", messages: user(many(shown.world.x)) });
        await context.ask({ purpose: "more", messages: user("?") }).catch(() => undefined);
        return { decision_type: `say ${text}` };
      }) satisfies DecideFunction<Shown>,
    },
    answers: (asked) => ({ text: asked, tokens: asked.length }),
    budget: 6,
  },
};

function simulationOf(channel: Channel, isChanged: boolean) {
  const agents: Record<string, AgentType> = channel.agents ?? { alice: acting, bob: idle };
  const simulation = defineSimulation({
    name: "asking",
    turns: 3,
    seed: 1,
    engine: Asking,
    ...(channel.decide_timeout !== undefined && { decide_timeout: channel.decide_timeout }),
    ...(channel.validator && { validator: channel.validator }),
    agents: Object.entries(agents).map(([name, agent]) => ({ name, agent })),
  });
  return {
    ...simulation,
    createEngine: (setup: Parameters<typeof simulation.createEngine>[0]) => {
      const engine = new Asking({ ...setup, params: {} });
      engine.channel = channel;
      engine.isChanged = isChanged;
      return engine;
    },
  };
}

function modelsOf(
  { answers = (asked) => asked, budget, changed: purpose = "say" }: Channel,
  change: (said: string) => string = (said) => said,
): Models {
  const changed: MakeUp = async (asked, call) => {
    const made = await answers(asked, call);
    if (call.question.purpose !== purpose) return made;
    return typeof made === "string"
      ? change(made)
      : { ...made, ...(made.text !== undefined && { text: change(made.text) }) };
  };
  return fakeModels(changed, { ...(budget !== undefined && { budget }) });
}

describe.each<VerbosityLevel>(["STATE", "DETAIL"])(
  "at %s, what a model is asked leads on to what comes of it:",
  (verbosity) => {
    it.each(Object.entries(channels))("%s", async (_, channel) => {
      const left = await recorded(simulationOf(channel, false), verbosity, { models: modelsOf(channel) });
      const right = await recorded(simulationOf(channel, true), verbosity, { models: modelsOf(channel) });
      const claim = testClaim(
        left,
        right,
        (event) =>
          isIntervention(event) ||
          (channel.isSpentEarlier === true && left.at(event) > 0 && isAttempt(event)),
      );
      expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
      expect(claim.gaps).toBe(0);
      expect(claim.differing).toBeGreaterThan(0);
    });

    // A model that says something else to the same question: nothing but its attempts differs of itself.
    it.each(Object.entries(channels).filter(([, { isUnused }]) => !isUnused))(
      "%s, answered otherwise",
      async (_, channel) => {
        const isAnswer = (event: Event) =>
          isAttempt(event) &&
          event.details?.answer_hash !== undefined &&
          event.details.purpose === (channel.changed ?? "say");
        const left = await recorded(simulationOf(channel, false), verbosity, { models: modelsOf(channel) });
        const right = await recorded(simulationOf(channel, false), verbosity, {
          models: modelsOf(channel, (said) => `${said}${said}`),
        });
        const claim = testClaim(left, right, isAnswer);
        expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
        expect(claim.gaps).toBe(0);
      },
    );
  },
);
