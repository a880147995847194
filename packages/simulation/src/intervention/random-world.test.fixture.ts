// Simulations made at random: engines that read and write at random, agents that read and remember at random, who come and go.
// All of one is drawn from a tape of numbers, of which a smaller one makes a smaller world.
import { inspect } from "node:util";
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
import type { DecisionIntervention } from "./interventions.test.fixture.ts";

interface Chance extends World {
  global: Record<string, unknown>;
  agents: Record<string, Record<string, unknown>>;
}

type Draft = Pick<Chance, "global" | "agents">;
/** A number that is read out of a state. */
type Reading = (state: Draft) => number;
/** Something that is done to it. */
type Deed = (state: Draft, engine: ChanceEngine) => void;

const AGENTS = ["ann", "ben", "cid"];

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  return value === undefined ? 0 : 1;
}

/** Numbers that choose, one after the other; where there are none left, the simplest is chosen. */
class Blueprint {
  readonly #tape: readonly number[];
  #at = 0;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  /** One of so many, from 0. */
  number(count: number): number {
    return (this.#tape[this.#at++] ?? 0) % count;
  }

  /** Once in so many times, and not where nothing is left to choose. */
  isOnceIn(times: number): boolean {
    return this.number(times) === times - 1;
  }

  one<T>(items: readonly [T, ...T[]]): T {
    return items[this.number(items.length)] ?? items[0];
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.number(most + 1) }, make);
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
    const readings: [Reading, ...Reading[]] = [
      (state) => numberOf(part(state)?.[name]),
      (state) => (name in (part(state) ?? {}) ? 1 : 0),
      (state) => Object.keys(part(state) ?? {}).length,
      (state) => numberOf(nodeOf(part(state))?.[name]),
      (state) => (part(state)?.list ? numberOf(part(state)?.list) : 7),
      (state) => (nodeOf(part(state)) ? 1 : 2),
      (state) => Object.keys(nodeOf(part(state)) ?? {}).length,
      (state) => numberOf(nodeOf(nodeOf(part(state)), "deep")?.[name]),
      (state) => Object.keys(state.agents).length,
      (state) => JSON.stringify(part(state) ?? null).length % 7,
    ];
    const reading = this.one(readings);
    if (depth > 1) return reading;
    const kind = this.number(6);
    if (kind < 3) return reading;
    const other = this.reading(depth + 1);
    if (kind === 3) return (state) => (reading(state) + other(state)) % 11;
    if (kind === 4) return (state) => (reading(state) > other(state) ? 1 : other(state));
    return (state) => (reading(state) % 2 === 0 ? other(state) : 3);
  }

  deed(): Deed {
    const part = this.part();
    const name = this.name();
    const value = this.reading();
    const put = (state: Draft, set: unknown) => {
      const target = part(state);
      if (target) target[name] = set;
    };
    const node = (state: Draft, set: unknown) => {
      const target = part(state);
      if (target) target.node = set;
    };
    const deeds: [Deed, ...Deed[]] = [
      (state) => put(state, value(state) % 13),
      (state) => put(state, value(state) % 3),
      (state) => {
        if (value(state) % 2 === 1) put(state, 4);
      },
      (state) => delete part(state)?.[name],
      (state) => {
        const list = part(state)?.list;
        if (Array.isArray(list) && list.length < 9) list.push(value(state) % 5);
      },
      (state) => {
        const there = nodeOf(part(state));
        if (there) there[name] = value(state) % 7;
      },
      (state) => {
        const there = nodeOf(part(state));
        if (there) there.deep = value(state) % 2 === 0 ? { first: 0, p: value(state) % 5 } : 6;
      },
      (state) => node(state, value(state) % 3 === 0 ? {} : { first: 0, p: value(state) % 3 }),
      (state) => {
        if (value(state) % 3 === 1) delete part(state)?.node;
      },
      (state, engine) => put(state, engine.draw()),
      (state) => put(state, structuredCloneOf(nodeOf(part(state)))),
      (state, engine) => {
        if (value(state) % 3 === 0) engine.come(state, name);
      },
      (state, engine) => {
        if (value(state) % 5 === 1) engine.go(state, "cid");
      },
      (state, engine) => {
        if (value(state) % 3 === 1) engine.sitOut(state, "ben", 1 + (value(state) % 2));
      },
    ];
    return this.one(deeds);
  }
}

function structuredCloneOf(node: object | undefined): unknown {
  return node && JSON.parse(JSON.stringify(node));
}

function nodeOf(
  part: Record<string, unknown> | undefined,
  name = "node",
): Record<string, unknown> | undefined {
  const node = part?.[name];
  return typeof node === "object" && node !== null ? Object.assign(node) : undefined;
}

type Observer = (world: Draft, engine: ChanceEngine) => unknown;

class ChanceEngine extends BaseEngine<Chance> {
  static readonly memory = "none";
  static readonly agentState = z.looseObject({});
  rules: { before: Deed[]; after: { condition: Reading | undefined; deeds: Deed[]; apart: boolean }[] } = {
    before: [],
    after: [],
  };
  effects: { refuse: Reading | undefined; deeds: Deed[] }[] = [];
  shown: Observer = (world) => world;
  active: Reading | undefined;
  merging: "none" | "top" | "state" | "count" = "none";
  merge: Reading = () => 0;
  /** Which hooks wait on their way. */
  slow = { before: false, after: false, observe: false, combine: false };
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
    for (const deed of effect.deeds) deed(draft, this);
    if (effect.refuse && effect.refuse(draft) % 4 === 3) this.refuse("not now");
  }

  draw(): number {
    return this.random.integer(0, 9);
  }

  come(state: Draft, name: string): void {
    const id = `kid-${this.turn}-${name}`;
    if (!(id in state.agents)) this.spawn({ id, type: "kid", initial_state: newPart() });
  }

  go(state: Draft, id: string): void {
    if (id in state.agents) this.remove(id);
  }

  sitOut(state: Draft, id: string, turns: number): void {
    if (id in state.agents) this.pause(id, turns);
  }

  override initialState(): Chance {
    return { global: newPart(), agents: Object.fromEntries(AGENTS.map((id) => [id, newPart()])) };
  }

  override isActive(agentId: string): boolean {
    if (!super.isActive(agentId)) return false;
    return this.active === undefined || agentId !== "cid" || this.active(this.#seen) % 3 !== 0;
  }

  override observe(_: string, world: Chance): unknown {
    const shown = () => this.shown(world, this);
    return this.slow.observe ? Promise.resolve().then(shown) : shown();
  }

  override combine(actions: readonly TurnAction[]): readonly TurnAction[] | Promise<readonly TurnAction[]> {
    if (this.merging === "none") return actions;
    const combined = () => this.#combined(actions);
    return this.slow.combine ? Promise.resolve().then(combined) : combined();
  }

  #combined(actions: readonly TurnAction[]): readonly TurnAction[] {
    if (this.merging === "top") {
      return actions.toSorted((a, b) => Number(b.payload.n) - Number(a.payload.n)).slice(0, 2);
    }
    if (this.merging === "count") return actions.length > 2 ? actions.slice(1) : actions;
    return this.merge(this.#seen) % 2 === 1 ? actions.slice(1) : actions;
  }

  override beforeTurn(): void | Promise<void> {
    const { change } = this;
    if (this.turn === 1 && change) this.rule("intervention", change);
    const steps = this.rules.before.map((deed, index) => () => this.#rule(`before ${index}`, [deed]));
    return inSteps(steps, this.slow.before);
  }

  override afterActions(): void | Promise<void> {
    const steps = this.rules.after.map(({ condition, deeds, apart }, index) => () => {
      const run = () => {
        if (condition === undefined || condition(this.#seen) % 2 === 0) this.#rule(`after ${index}`, deeds);
      };
      if (apart) this.apart(run);
      else run();
    });
    return inSteps(steps, this.slow.after);
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
      for (const deed of deeds) deed(draft, this);
    });
  }
}

/** `first` stands for the coming of what it is in, and is read only with everything else. */
function newPart() {
  return { first: 0, p: 1, q: 2, list: [1], node: { first: 0, p: 1 } };
}

function inSteps(steps: readonly (() => void)[], isSlow: boolean): void | Promise<void> {
  if (!isSlow) {
    for (const step of steps) step();
    return;
  }
  return steps.reduce((before, step) => before.then(step), Promise.resolve());
}

/** What is changed of a world: a variable at the beginning of turn 1 or, where it is one's decision, that. */
export interface ChanceWorld {
  simulation: (isChanged: boolean) => Simulation;
  decision: DecisionIntervention | undefined;
}

/** A simulation of this seed, with one variable changed in turn 1 or not. */
export function randomSimulation(seed: number, isChanged: boolean): Simulation {
  const random = Random.seeded(seed, "tape");
  const tape = Array.from({ length: 160 }, () => random.integer(0, 999));
  return simulationOf(tape, seed, isChanged ? "variable" : undefined);
}

export function worldOf(tape: readonly number[]): ChanceWorld {
  const [choice = 0] = tape;
  const turn = 1 + (choice % 2);
  const decision = choice % 3 === 2 ? { turn, agent_id: AGENTS[choice % 2] ?? "ann" } : undefined;
  const what = decision ?? "variable";
  return { decision, simulation: (isChanged) => simulationOf(tape, 1, isChanged ? what : undefined) };
}

function simulationOf(
  tape: readonly number[],
  seed: number,
  changed: "variable" | DecisionIntervention | undefined,
): Simulation {
  const plan = new Blueprint(tape.slice(1));
  const change = { name: plan.name(), owner: plan.part() };
  const rules = {
    before: plan.some(2, () => plan.deed()),
    after: plan.some(3, () => ({
      condition: plan.isOnceIn(3) ? plan.reading() : undefined,
      deeds: [plan.deed(), ...plan.some(2, () => plan.deed())],
      apart: plan.isOnceIn(3),
    })),
  };
  const effects = [0, 1].map(() => ({
    refuse: plan.isOnceIn(3) ? plan.reading() : undefined,
    deeds: [plan.deed(), ...plan.some(2, () => plan.deed())],
  }));
  const shown = observerOf(plan);
  const looks = AGENTS.map(() => ({
    name: plan.one(["one", "two", "three"]),
    remembers: plan.number(4),
    isSlow: plan.isOnceIn(3),
    idles: plan.isOnceIn(3),
    fails: plan.isOnceIn(5),
    meets: plan.isOnceIn(3),
  }));
  const merging = plan.one<ChanceEngine["merging"]>(["none", "none", "top", "state", "count"]);
  const merge = plan.reading();
  const active = plan.isOnceIn(3) ? plan.reading() : undefined;
  const validate = plan.isOnceIn(3) ? plan.reading() : undefined;
  const slow = {
    before: plan.isOnceIn(4),
    after: plan.isOnceIn(4),
    observe: plan.isOnceIn(4),
    combine: plan.isOnceIn(4),
    validate: plan.isOnceIn(4),
  };
  const decision = changed === "variable" ? undefined : changed;
  const simulation = defineSimulation({
    name: "chance",
    turns: 5,
    seed,
    engine: ChanceEngine,
    agents: AGENTS.map((name, index) => ({
      name,
      agent: deciding(looks[index], decision?.agent_id === name ? decision.turn : undefined),
    })),
    agent_types: { kid: deciding() },
    ...(validate && {
      validator: Object.assign(
        {
          validate: (_: unknown, { world }: { world: World }) => {
            const reason = validate(shapedAs<Chance>(world)) % 4 === 3 ? "not so" : undefined;
            return slow.validate ? Promise.resolve(reason) : reason;
          },
        },
        { constructor: { memory: "none" } },
      ),
    }),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new ChanceEngine({ ...setup, params: {} });
      Object.assign(engine, { rules, effects, shown, merging, merge, active, slow });
      if (changed === "variable") {
        engine.change = (draft) => {
          const part = change.owner(draft);
          if (part) part[change.name] = 6;
        };
      }
      return engine;
    },
  };
}

function observerOf(plan: Blueprint): Observer {
  const readings: [Reading, Reading, Reading] = [plan.reading(), plan.reading(), plan.reading()];
  const [one, two, three] = readings;
  return plan.one<Observer>([
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
    (world) => ({ one: world.global.node, two: world.agents, three: world.agents.ben?.node }),
    (world) => `You see ${readings.map((read) => read(world)).join()}`,
    (world) => new Map([["one", one(world)]]),
    (world) => ({ deep: { one: one(world), node: world.global.node }, two: two(world) }),
  ]);
}

interface Look {
  name: string;
  /** 0 for nothing; how it remembers. */
  remembers: number;
  isSlow: boolean;
  idles: boolean;
  fails: boolean;
  meets: boolean;
}

const PLAIN: Look = { name: "one", remembers: 0, isSlow: false, idles: false, fails: false, meets: false };

/** @param changedIn the turn in which it decides something else */
function deciding(look: Look = PLAIN, changedIn?: number) {
  const decide = (shown: unknown, context: AgentContext): Decision => {
    const { agent_id, turn } = context;
    if (turn === changedIn) return { decision_type: "intervention" };
    const seen = seenOf(shown, look.name, context);
    if (look.fails && seen % 3 === 1) throw new Error("cannot");
    const n = (seen + remembered(look, seen, context)) % 9;
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

/** What it remembers of earlier turns; remembers what it sees, or not. */
function remembered({ remembers }: Look, seen: number, { memory }: AgentContext): number {
  if (remembers === 0) return 0;
  const before = remembers === 2 ? Object.keys(memory).length : numberOf(memory.seen);
  if (seen % 2 === 0) memory.seen = seen;
  else if (remembers === 2) memory[`saw ${seen}`] = true;
  else if (remembers === 3) delete memory.seen;
  return before;
}

function seenOf(shown: unknown, name: string, context: AgentContext): number {
  if (typeof shown === "string") return shown.length;
  if (shown instanceof Map) return numberOf(shown.get("one"));
  if (typeof shown !== "object" || shown === null) return numberOf(shown);
  const member: unknown = Reflect.get(shown, name);
  if (typeof member === "function") return numberOf(member());
  if (typeof member !== "object" || member === null) return numberOf(member ?? JSON.stringify(shown).length);
  if (name === "two") return inspect(member).length % 9;
  return name === "three" ? JSON.stringify(context.copy(member)).length % 9 : numberOf(member);
}
