// A small world in which one thing reads another; each channel says what.
import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Simulation,
  type TurnAction,
  type Validator,
  type World,
} from "../index.ts";
import { shapedAs } from "../world/index.ts";

export interface Place extends World {
  global: {
    /** Stands for the part itself where its coming is named; nothing reads or writes its value. */
    first: number;
    x: number;
    y: number;
    z: number;
    list: number[];
    box?: { a?: number; b?: number };
    book: Record<string, { n: number }>;
  };
  agents: Record<string, { first?: number; has: number; bag?: { a?: number } }>;
}

/** What one channel has of its own. `x` is what is changed. */
export interface Channel {
  /** What leads on is not known, and the events say so. */
  isGap?: boolean;
  change?: (draft: Place) => unknown;
  before?: (engine: Channelled) => void;
  after?: (engine: Channelled) => void;
  effect?: (engine: Channelled, draft: Place, agentId: string) => unknown;
  partners?: (engine: Channelled) => string[];
  active?: (engine: Channelled, agentId: string) => boolean;
  combine?: (engine: Channelled, actions: readonly TurnAction[]) => readonly TurnAction[];
  observe?: (engine: Channelled, world: Place, agentId: string) => unknown;
  decide?: AgentType;
  agents?: Record<string, AgentType>;
  validate?: (world: Place) => string | undefined;
  initial?: (global: Place["global"]) => void;
}

/** The engine's own powers, for the channels. */
export class Channelled extends BaseEngine<Place> {
  channel: Channel = {};
  isChanged = false;

  readonly actions = {
    act: this.action(z.looseObject({}), (draft, { agent_id }) =>
      this.channel.effect?.(this, draft, agent_id),
    ),
    meet: this.interaction(
      "meeting",
      z.looseObject({}),
      () => this.channel.partners?.(this) ?? ["bob"],
      (draft, { agent_id }) => this.channel.effect?.(this, draft, agent_id),
    ),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Place {
    const parts = Object.fromEntries(agents.map(({ id }) => [id, { first: 0, has: 1 }]));
    const global: Place["global"] = {
      first: 0,
      x: 1,
      y: 0,
      z: 0,
      list: [1],
      box: { a: 1 },
      book: { one: { n: 1 } },
    };
    this.channel.initial?.(global);
    return { global, agents: parts };
  }

  override isActive(agentId: string): boolean {
    return this.channel.active?.(this, agentId) ?? super.isActive(agentId);
  }

  override observe(agentId: string, world: Place): unknown {
    return this.channel.observe ? this.channel.observe(this, world, agentId) : { world: world.global };
  }

  override combine(actions: readonly TurnAction[]): readonly TurnAction[] {
    return this.channel.combine?.(this, actions) ?? actions;
  }

  override beforeTurn(): void {
    if (this.turn === 1 && this.isChanged) {
      this.rule(
        "intervention",
        this.channel.change ??
          (({ global }) => {
            global.x = 2;
          }),
      );
    }
    this.channel.before?.(this);
  }

  override afterActions(): void {
    this.channel.after?.(this);
  }

  do(name: string, effect: (draft: Place) => unknown): void {
    this.rule(name, effect);
  }
  enter(name: string): void {
    this.phase(name);
  }
  piece<T>(body: () => T): T {
    return this.apart(body);
  }
  end(): void {
    this.stop("enough");
  }
  no(): never {
    return this.refuse("no");
  }
  seen(members: Record<string, () => unknown>): unknown {
    return this.view(members);
  }
  tell(values: object): void {
    this.detail("told", values);
  }
  chance(): number {
    return this.random.float();
  }
}

export const idle: DecideFunction = () => ({ decision_type: "wait" });
export const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });
export const says =
  <Shown>(read: (shown: Shown) => unknown): DecideFunction<Shown> =>
  (shown) => ({ decision_type: "say", new_value: read(shown) });
export const setY = (value: (draft: Place) => number) => (engine: Channelled) =>
  engine.do("work", (draft) => {
    draft.global.y = value(draft);
  });

export function simulationOf(channel: Channel, isChanged: boolean): Simulation {
  const simulation = defineSimulation({
    name: "channel",
    turns: 3,
    seed: 1,
    engine: Channelled,
    agents: Object.entries(channel.agents ?? { alice: channel.decide ?? acting, bob: idle }).map(
      ([name, agent]) => ({ name, agent }),
    ),
    ...(channel.validate && { validator: validatorOf(channel.validate) }),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new Channelled({ ...setup, params: {} });
      engine.channel = channel;
      engine.isChanged = isChanged;
      return engine;
    },
  };
}

function validatorOf(validate: NonNullable<Channel["validate"]>): Validator {
  return { validate: (_, context) => validate(shapedAs<Place>(context.world)) };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each channel names the shape
export const observed = <Shown>(
  observe: Channel["observe"],
  read: (shown: Shown) => unknown,
  more: Channel = {},
): Channel => ({ ...(observe && { observe }), decide: says(read), ...more });
