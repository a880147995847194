import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Newcomer,
  type Simulation,
  type World,
} from "../index.ts";

export interface Hamlet extends World {
  global: { bread: number };
  agents: Record<string, { age: number; likes?: string[] }>;
}

/** What an engine can do to who is there, for a test to say when. */
export interface Powers {
  rule: (name: string, effect: (draft: Hamlet) => unknown) => void;
  spawn: (newcomer: Newcomer) => void;
  remove: (id: string) => void;
  pause: (id: string, turns?: number) => void;
  resume: (id: string) => void;
  stop: (reason: string) => void;
  world: () => Readonly<{ global: Readonly<Hamlet["global"]> }>;
  turn: number;
}

export interface Script {
  beforeTurn?: (powers: Powers) => void;
  afterActions?: (powers: Powers) => void;
  /** What the action `do` does. */
  effect?: (powers: Powers, draft: Hamlet, agentId: string) => void;
  observe?: (powers: Powers, agentId: string, world: Hamlet) => unknown;
  initial?: (state: Hamlet) => Hamlet;
}

export const child: DecideFunction<{ me: { age: number } }> = ({ me }) => ({
  decision_type: `play at ${me.age}`,
});
export const doer: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "do" }] });
export const sitter: DecideFunction = () => ({ decision_type: "sit" });

export class Elder {
  static readonly params = z.strictObject({ wisdom: z.number().positive().default(1) });
  static readonly memory = "tracked";
  readonly wisdom: number;

  constructor({ params }: { params: z.infer<typeof Elder.params> }) {
    this.wisdom = params.wisdom;
  }

  decide() {
    return { decision_type: `nod ${this.wisdom}` };
  }
}

/** A place where people come and go as the test says. */
export function hamlet(
  script: Script,
  {
    agents = { ann: sitter },
    turns = 4,
    ...more
  }: {
    agents?: Record<string, AgentType>;
    turns?: number;
    checkpoint_interval?: number;
    agent_types?: Record<string, AgentType>;
  } = {},
): Simulation {
  class HamletEngine extends BaseEngine<Hamlet> {
    static readonly memory = "none";
    static readonly agentState = z.looseObject({ age: z.number().min(0).default(0) });

    readonly actions = {
      do: this.action(z.strictObject({}), (draft, { agent_id }) => {
        script.effect?.(this.#powers(), draft, agent_id);
      }),
    };

    override initialState(seeds: Parameters<BaseEngine["initialState"]>[0]): Hamlet {
      const state: Hamlet = { ...super.initialState(seeds), global: { bread: 3 } };
      return script.initial?.(state) ?? state;
    }

    override observe(agentId: string, world: Hamlet): unknown {
      return script.observe ? script.observe(this.#powers(), agentId, world) : super.observe(agentId, world);
    }

    override beforeTurn(): void {
      script.beforeTurn?.(this.#powers());
    }

    override afterActions(): void {
      script.afterActions?.(this.#powers());
    }

    #powers(): Powers {
      return {
        rule: (name, effect) => this.rule(name, effect),
        spawn: (newcomer) => this.spawn(newcomer),
        remove: (id) => this.remove(id),
        pause: (id, length) => this.pause(id, length),
        resume: (id) => this.resume(id),
        stop: (reason) => this.stop(reason),
        world: () => this.world,
        turn: this.turn,
      };
    }
  }
  return defineSimulation({
    name: "hamlet",
    turns,
    engine: HamletEngine,
    params: {},
    agents: Object.entries(agents).map(([name, agent]) => ({ name, agent, initial_state: { age: 30 } })),
    agent_types: { child, elder: Elder },
    ...more,
  });
}

/** The same script, with more bread from the first turn on. */
export function withMoreBread(script: Script): Script {
  return {
    ...script,
    beforeTurn: (powers) => {
      if (powers.turn === 1) {
        powers.rule("intervention", ({ global }) => {
          global.bread += 1;
        });
      }
      script.beforeTurn?.(powers);
    },
  };
}
