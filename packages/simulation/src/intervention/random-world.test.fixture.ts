// Simulations made at random from a seed: engines that read and write at random, agents that read and remember at random.
import * as z from "zod";
import {
  type AgentContext,
  BaseEngine,
  type Decision,
  defineSimulation,
  type Simulation,
  type TurnAction,
  type World,
} from "../index.ts";
import { Random } from "../random/index.ts";
import { shapedAs } from "../world/index.ts";

interface Chance extends World {
  global: Record<string, unknown>;
  agents: Record<string, Record<string, unknown>>;
}

type Draft = Pick<Chance, "global" | "agents">;
/** A number that is read out of a state. */
type Reading = (state: Draft) => number;
/** Something that is done to it. */
type Deed = (state: Draft, draw: () => number) => void;

const AGENTS = ["ann", "ben", "cid"];

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  return value === undefined ? 0 : 1;
}

/** What one simulation is made of, all of it drawn from one seed. */
class Blueprint {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = Random.seeded(seed, "blueprint");
  }

  chance(probability: number): boolean {
    return this.#random.chance(probability);
  }

  one<T>(items: readonly [T, ...T[]]): T {
    return this.#random.pick(items);
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#random.integer(0, most) }, make);
  }

  /** A part of the state, by name. */
  part(): (state: Draft) => Record<string, unknown> | undefined {
    const owner = this.one(["", ...AGENTS]);
    return owner === "" ? ({ global }) => global : ({ agents }) => agents[owner];
  }

  name(): string {
    return this.one(["p", "q", "r"]);
  }

  reading(depth = 0): Reading {
    const part = this.part();
    const name = this.name();
    const kind = this.#random.integer(0, depth > 1 ? 4 : 7);
    if (kind === 0) return (state) => (name in (part(state) ?? {}) ? 1 : 0);
    if (kind === 1) return (state) => Object.keys(part(state) ?? {}).length;
    if (kind === 2) return (state) => numberOf(nodeOf(part(state))?.[name]);
    if (kind === 3) return (state) => (part(state)?.list ? numberOf(part(state)?.list) : 7);
    if (kind === 4) return (state) => numberOf(part(state)?.[name]);
    const [left, right] = [this.reading(depth + 1), this.reading(depth + 1)];
    if (kind === 5) return (state) => (left(state) + right(state)) % 11;
    if (kind === 6) return (state) => (left(state) > right(state) ? 1 : right(state));
    return (state) => (left(state) % 2 === 0 ? right(state) : 3);
  }

  deed(): Deed {
    const part = this.part();
    const name = this.name();
    const value = this.reading();
    const kind = this.#random.integer(0, 7);
    const put = (state: Draft, set: unknown) => {
      const target = part(state);
      if (target) target[name] = set;
    };
    if (kind === 0) return (state) => delete part(state)?.[name];
    if (kind === 1) {
      return (state) => {
        const list = part(state)?.list;
        if (Array.isArray(list) && list.length < 9) list.push(value(state) % 5);
      };
    }
    if (kind === 2) {
      return (state) => {
        const node = nodeOf(part(state));
        if (node) node[name] = value(state) % 7;
      };
    }
    if (kind === 3) {
      return (state) => {
        const target = part(state);
        if (target) target.node = value(state) % 3 === 0 ? {} : { p: value(state) % 3 };
      };
    }
    if (kind === 4) return (state, draw) => put(state, draw());
    if (kind === 5) {
      const condition = this.reading();
      return (state) => {
        if (condition(state) % 2 === 1) put(state, value(state) % 13);
      };
    }
    return (state) => put(state, value(state) % 13);
  }
}

function nodeOf(part: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  const node = part?.node;
  return typeof node === "object" && node !== null ? Object.assign(node) : undefined;
}

type Observer = (world: Draft, engine: ChanceEngine) => unknown;

class ChanceEngine extends BaseEngine<Chance> {
  rules: { before: Deed[]; after: { condition: Reading | undefined; deeds: Deed[]; apart: boolean }[] } = {
    before: [],
    after: [],
  };
  effects: { refuse: Reading | undefined; deeds: Deed[] }[] = [];
  shown: Observer = (world) => world;
  active: Reading | undefined;
  merging: "none" | "top" | "state" = "none";
  merge: Reading = () => 0;
  change: ((draft: Draft) => void) | undefined;

  readonly actions = {
    act: this.action(z.looseObject({ n: z.number() }), (draft, { payload }) =>
      this.#effect(draft, payload.n),
    ),
    meet: this.interaction(
      "meeting",
      z.looseObject({ n: z.number(), with: z.string() }),
      ({ payload }) => [payload.with],
      (draft, { payload }) => this.#effect(draft, payload.n),
    ),
  };

  #effect(draft: Draft, n: number): void {
    const effect = this.effects[n % Math.max(1, this.effects.length)];
    if (!effect) return;
    for (const deed of effect.deeds) deed(draft, () => this.random.integer(0, 9));
    if (effect.refuse && effect.refuse(draft) % 4 === 3) this.refuse("not now");
  }

  override initialState(): Chance {
    const part = () => ({ p: 1, q: 2, list: [1], node: { p: 1 } });
    return { global: part(), agents: Object.fromEntries(AGENTS.map((id) => [id, part()])) };
  }

  override isActive(agentId: string): boolean {
    return this.active === undefined || agentId !== "cid" || this.active(this.#seen) % 3 !== 0;
  }

  override observe(_: string, world: Chance): unknown {
    return this.shown(world, this);
  }

  override combine(actions: readonly TurnAction[]): readonly TurnAction[] {
    if (this.merging === "top") {
      return actions.toSorted((a, b) => Number(b.payload.n) - Number(a.payload.n)).slice(0, 2);
    }
    return this.merging === "state" && this.merge(this.#seen) % 2 === 1 ? actions.slice(1) : actions;
  }

  override beforeTurn(): void {
    const { change } = this;
    if (this.turn === 1 && change) this.rule("intervention", change);
    for (const [index, deed] of this.rules.before.entries()) this.#rule(`before ${index}`, [deed]);
  }

  override afterActions(): void {
    for (const [index, { condition, deeds, apart }] of this.rules.after.entries()) {
      const run = () => {
        if (condition === undefined || condition(this.#seen) % 2 === 0) this.#rule(`after ${index}`, deeds);
      };
      if (apart) this.apart(run);
      else run();
    }
  }

  pieces(members: Record<string, () => unknown>): unknown {
    return this.view(members);
  }

  get #seen(): Draft {
    return Object.assign<object, Draft>({}, { global: { ...this.world.global }, agents: this.#agents() });
  }

  #agents(): Draft["agents"] {
    return Object.fromEntries(Object.entries(this.world.agents).map(([id, part]) => [id, { ...part }]));
  }

  #rule(name: string, deeds: readonly Deed[]): void {
    this.rule(name, (draft) => {
      for (const deed of deeds) deed(draft, () => this.random.integer(0, 9));
    });
  }
}

/** A simulation of this seed, with one variable changed in turn 1 or not. */
export function randomSimulation(seed: number, isChanged: boolean): Simulation {
  const plan = new Blueprint(seed);
  const rules = {
    before: plan.some(2, () => plan.deed()),
    after: plan.some(3, () => ({
      condition: plan.chance(0.4) ? plan.reading() : undefined,
      deeds: [plan.deed(), ...plan.some(2, () => plan.deed())],
      apart: plan.chance(0.3),
    })),
  };
  const effects = [0, 1, 2].map(() => ({
    refuse: plan.chance(0.4) ? plan.reading() : undefined,
    deeds: [plan.deed(), ...plan.some(2, () => plan.deed())],
  }));
  const readings: [Reading, Reading, Reading] = [plan.reading(), plan.reading(), plan.reading()];
  const [one, two, three] = readings;
  const shown: Observer = plan.one<Observer>([
    (world) => ({ one: one(world), two: two(world), three: three(world) }),
    (world, engine) =>
      engine.pieces({ one: () => one(world), two: () => two(world), three: () => three(world) }),
    (world) => ({
      get one() {
        return one(world);
      },
      two: two(world),
      three: () => three(world),
    }),
    (world) => ({ one: two(world) > 3 ? world.global : world.agents.ann, two: world.global.list, three: 1 }),
    (world) => `You see ${readings.map((read) => read(world)).join()}`,
    (world) => new Map([["one", one(world)]]),
  ]);
  const looks = AGENTS.map(() => ({
    name: plan.one(["one", "two", "three"]),
    remembers: plan.chance(0.5),
    isSlow: plan.chance(0.3),
    idles: plan.chance(0.3),
    meets: plan.chance(0.3),
  }));
  const merging = plan.one<ChanceEngine["merging"]>(["none", "none", "top", "state"]);
  const active = plan.chance(0.3) ? plan.reading() : undefined;
  const merge = plan.reading();
  const changed = { name: plan.name(), owner: plan.part() };
  const validate = plan.chance(0.3) ? plan.reading() : undefined;
  const simulation = defineSimulation({
    name: "chance",
    turns: 5,
    seed,
    engine: ChanceEngine,
    agents: AGENTS.map((name, index) => ({ name, agent: deciding(looks[index]) })),
    ...(validate && {
      validator: {
        validate: (_: unknown, { world }: { world: World }) =>
          validate(shapedAs<Chance>(world)) % 4 === 3 ? "not so" : undefined,
      },
    }),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new ChanceEngine({ ...setup, params: {} });
      Object.assign(engine, { rules, effects, shown, merging, merge, active });
      if (isChanged) {
        engine.change = (draft) => {
          const part = changed.owner(draft);
          if (part) part[changed.name] = 6;
        };
      }
      return engine;
    },
  };
}

interface Look {
  name: string;
  remembers: boolean;
  isSlow: boolean;
  idles: boolean;
  meets: boolean;
}

function deciding(look: Look = { name: "one", remembers: false, isSlow: false, idles: false, meets: false }) {
  const decide = (shown: unknown, { memory, agent_id }: AgentContext): Decision => {
    const seen = seenOf(shown, look.name);
    const before = look.remembers ? numberOf(memory.seen) : 0;
    if (look.remembers && seen % 2 === 0) memory.seen = seen;
    const n = (seen + before) % 9;
    if (look.idles && n % 2 === 0) return { decision_type: "wait" };
    const other = AGENTS.find((id) => id !== agent_id) ?? agent_id;
    return {
      decision_type: "act",
      actions: [
        look.meets
          ? { action_type: "meet", payload: { n, with: other } }
          : { action_type: "act", payload: { n } },
      ],
    };
  };
  const slow = async (shown: unknown, context: AgentContext): Promise<Decision> => {
    await Promise.resolve();
    return decide(shown, context);
  };
  return Object.assign(look.isSlow ? slow : decide, { memory: "tracked" });
}

function seenOf(shown: unknown, name: string): number {
  if (typeof shown === "string") return shown.length;
  if (shown instanceof Map) return numberOf(shown.get("one"));
  if (typeof shown !== "object" || shown === null) return numberOf(shown);
  const member: unknown = Reflect.get(shown, name);
  return typeof member === "function" ? numberOf(member()) : numberOf(member);
}
