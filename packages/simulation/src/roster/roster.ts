import type { EventHandle } from "@llm-sim/events";
import type { MemoryKind } from "@llm-sim/events/run";
import type { JsonObject, RosterEvent } from "@llm-sim/events/schema";
import { countText } from "@llm-sim/events/words";
import type * as z from "zod";
import {
  type Agent,
  beginningOf,
  Memory,
  memoryKindOf,
  type OfferedActions,
  remembersUnseen,
} from "../agent/index.ts";
import { blame, notPromised } from "../answer/index.ts";
import type { Checkpoint, KeptRoster } from "../checkpoint.ts";
import type { HandleTable, NumberedHandles } from "../handles/index.ts";
import type { LastWrites } from "../observation/index.ts";
import { Random } from "../random/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { Sights } from "../sight/index.ts";
import type { DeclaredState } from "../variables/index.ts";
import { AgentTypes } from "./agent-types.ts";
import { checkedNewcomer, type Newcomer } from "./newcomer.ts";
import type { Coming, RunningAgent } from "./running-agent.ts";

/** What a checkpoint keeps of an agent beside its events, added up: it went and may come back, it answered with a promise. */
const [HAS_GONE, WAITS] = [1, 2];

/** Makes something of the author's, and says what it was where that fails. */
type Attempt = <T>(what: string, make: () => T) => T;

/** What a simulation says of its agents. */
interface FirstAgents {
  seed: number;
  agents: readonly { id: string; type: string; create: (actions?: OfferedActions) => Agent }[];
  agentTypes?: AgentTypes | undefined;
  /** Who sees what of the state, where that is said. */
  sights?: Sights | undefined;
}

/** Something that changes who is there. */
export interface RosterChange {
  /** The action or rule, or the turn. */
  scope: EmitScope;
  /** For a person: `rule births`. */
  by: string;
  /** What was read for it. */
  read?: readonly EventHandle[] | undefined;
}

interface RosterOptions {
  from?: Checkpoint | undefined;
  /** The engine's schema for an agent's part of the state. */
  agentState?: z.core.$ZodType | undefined;
  /** What the config declares of variables, whose defaults who comes begins with. */
  declared?: DeclaredState | undefined;
  /** What the engine lets agents do. */
  actions?: OfferedActions | undefined;
  attempt: Attempt;
}

/** Who is there in a run, in the order in which they decide: the config's agents, then who came, by coming. */
export class Roster {
  readonly #types: AgentTypes;
  readonly #sights: Sights | undefined;
  readonly #seed: number;
  readonly #agentState: z.core.$ZodType | undefined;
  readonly #declared: DeclaredState | undefined;
  readonly #actions: OfferedActions | undefined;
  readonly #from: Checkpoint | undefined;
  readonly #agents = new Map<string, RunningAgent>();
  /** Who went for good, with their going. */
  readonly #gone = new Map<string, EventHandle | undefined>();
  readonly #paused = new Set<RunningAgent>();
  #turn: number;
  /** The agents of this turn have been asked to decide, or there is none to ask: before the first turn. */
  #isAsked = true;

  constructor(
    { seed, agents, agentTypes = new AgentTypes(), sights }: FirstAgents,
    { from, agentState, declared, actions, attempt }: RosterOptions,
  ) {
    this.#types = agentTypes;
    this.#sights = sights;
    this.#seed = seed;
    this.#agentState = agentState;
    this.#declared = declared;
    this.#actions = actions;
    this.#from = from;
    this.#turn = from?.turn ?? 0;
    for (const id of from?.removed ?? []) this.#gone.set(id, undefined);
    for (const { id, type, create } of agents) {
      if (this.#gone.has(id)) continue;
      this.#enter(
        attempt(`Agent ${id}`, () => this.#running(id, type, create(actions))),
        attempt,
      );
    }
    for (const { id, type, ...came } of from?.added ?? []) {
      declared?.admit(id, type);
      const running = attempt(`Agent ${id}`, () => this.#running(id, type, this.#newAgent(id, type, came)));
      this.#enter({ ...running, came }, attempt);
    }
  }

  /** Who can decide, now or again. */
  get all(): readonly RunningAgent[] {
    return [...this.#agents.values()];
  }

  /** What agents keep from turn to turn, by type: of those there are, and of those that can come. */
  memories(): (readonly [type: string, MemoryKind])[] {
    const those = this.all.map(({ type, memoryKind }) => [type, memoryKind] as const);
    return [...Object.entries(this.#types.memories()), ...those];
  }

  get(id: string): RunningAgent | undefined {
    return this.#agents.get(id);
  }

  /** Whether it did not go for good. */
  has(id: string): boolean {
    return this.#agents.has(id);
  }

  /** Whether there ever was such an agent: an id is used once in a run. */
  knows(id: string): boolean {
    return this.#agents.has(id) || this.#gone.has(id);
  }

  /** Whether it was there and is so no more. */
  hasGone(id: string): boolean {
    return this.#gone.has(id) || this.#agents.get(id)?.hasGone === true;
  }

  /** Its coming, going, pause or return to deciding, whichever was last. */
  lastChange(id: string): EventHandle | undefined {
    return this.#agents.get(id)?.standing ?? this.#gone.get(id);
  }

  /** Why there is no decision of who failed, sits out or went: who looks at all that was decided knows of it. */
  missing(): EventHandle[] {
    const handles = [...this.#gone.values()];
    for (const { failed, paused, standing } of this.#agents.values())
      handles.push(failed, paused && standing);
    return handles.filter((handle) => handle !== undefined);
  }

  /** Tells who came before the checkpoint that the run goes on from, and who is paused. */
  begin(scope: EmitScope): void {
    const from = this.#from;
    if (!from) return;
    const by = `the checkpoint of turn ${from.turn} of ${from.simulation_id}`;
    for (const running of this.#agents.values()) {
      if (running.came) this.come(running, { scope, by });
      const turns = from.paused[running.id];
      if (turns !== undefined) this.pause(running.id, turns ?? undefined, { scope, by });
    }
  }

  /**
   * Whose pause is over decides again.
   *
   * @param presenceOf the event from which it is known that an agent is there
   */
  beginTurn(
    turn: number,
    scope: EmitScope,
    presenceOf: (agentId: string) => readonly EventHandle[] = () => [],
  ): void {
    this.#turn = turn;
    this.#isAsked = false;
    for (const running of this.#paused) {
      const { id, paused, standing } = running;
      if (paused?.until === undefined || paused.until >= turn) continue;
      const by = "the end of its pause";
      const read = [...(standing ? [standing] : []), ...presenceOf(id)];
      this.#goOn(running, ": its pause is over", { scope, by, read });
    }
  }

  /**
   * Makes agents anew, as the config has become another: what a checkpoint would keep of them they have again.
   *
   * @param actions what they can do
   * @returns who kept something beside, where nobody sees it
   */
  renew(agents: FirstAgents["agents"], actions: OfferedActions): string[] {
    const forgetful: string[] = [];
    for (const { id, type, create } of agents) {
      const running = this.#agents.get(id);
      if (!running) continue;
      const memory = notPromised(running.agent.getMemory?.());
      const agent = create(actions);
      if (memory !== undefined) notPromised(agent.setMemory?.(memory));
      else if (remembersUnseen(running.memoryKind)) forgetful.push(id);
      Object.assign(running, { agent, type, memoryKind: memoryKindOf(agent), waits: undefined });
    }
    return forgetful;
  }

  /** Who may decide in this turn: a new one does from the turn after its coming on. */
  ask(): readonly RunningAgent[] {
    this.#isAsked = true;
    return this.all.filter(
      ({ paused, came, hasGone }) =>
        !paused && hasGone !== true && (came === undefined || came.turn < this.#turn),
    );
  }

  /**
   * Makes an agent that is to come; it is there once it does.
   *
   * @throws Error where it is of no known type, does not fit it, or cannot be made
   */
  make(given: Newcomer): RunningAgent & { came: Coming } {
    const { id, type, ...setup } = checkedNewcomer(given, this.#agentState, this.#declared);
    const came = { turn: this.#turn, ...setup };
    try {
      const agent = this.#newAgent(id, type, structuredClone(setup));
      return { ...this.#running(id, type, agent), came };
    } catch (error) {
      blame(error, `agent ${id} of type ${type}`);
      throw error;
    }
  }

  /** One that comes later: it is told of what it begins with as far as it may see that. */
  #newAgent(
    id: string,
    type: string,
    { params, initial_state }: Pick<Coming, "params" | "initial_state">,
  ): Agent {
    const own = this.#sights?.of(id, type)?.ownClearly(id, initial_state) ?? initial_state;
    return this.#types.make(type, { id, params, actions: this.#actions, initial_state: own });
  }

  /** An agent comes, for the first time or back. */
  come(running: RunningAgent, change: RosterChange): void {
    const { id, type, came, hasGone } = running;
    this.#agents.set(id, running);
    running.hasGone = false;
    running.standing = tell(change, "agent_added", id, {
      description: `${id} ${hasGone ? "came back" : "came"}, of type ${type}, by ${change.by}`,
      details: { type, ...(came && { params: came.params }) },
    });
    if (came && !hasGone) running.memory.begunBy(running.standing);
  }

  /** Whoever sat out does so no more. @param isForGood its id is not used again */
  go(id: string, isForGood: boolean, change: RosterChange): void {
    const running = this.#agents.get(id);
    if (!running) return;
    running.hasGone = true;
    running.standing = tell(change, "agent_removed", id, {
      description: `${id} went, by ${change.by}`,
      details: { type: running.type },
    });
    running.paused = undefined;
    this.#paused.delete(running);
    if (!isForGood) return;
    this.#agents.delete(id);
    this.#gone.set(id, running.standing);
  }

  /** @param turns that it sits out, from the next asking on; without them it does so until it is resumed */
  pause(id: string, turns: number | undefined, change: RosterChange): void {
    const running = this.#agents.get(id);
    if (!running) return;
    const first = this.#isAsked ? this.#turn + 1 : this.#turn;
    running.paused = { until: turns === undefined ? undefined : first + turns - 1 };
    this.#paused.add(running);
    const until = turns === undefined ? "until it is resumed" : `for ${countText(turns, "turn")}`;
    running.standing = tell(change, "agent_paused", id, {
      description: `${id} sits out ${until}, by ${change.by}`,
      details: turns === undefined ? {} : { turns },
    });
  }

  /** One that does not sit out goes on as it is. */
  resume(id: string, change: RosterChange): void {
    const running = this.#agents.get(id);
    if (running?.paused) this.#goOn(running, `, by ${change.by}`, change);
  }

  #goOn(running: RunningAgent, how: string, change: RosterChange): void {
    running.paused = undefined;
    this.#paused.delete(running);
    running.standing = tell(change, "agent_resumed", running.id, {
      description: `${running.id} decides again${how}`,
    });
  }

  /** What a checkpoint at the end of the turn keeps of who came, went and sits out. */
  kept(): Pick<Checkpoint, "added" | "removed" | "paused"> {
    const pauses = [...this.#paused].flatMap(({ id, paused }): [string, number | null][] => {
      if (!paused) return [];
      const { until } = paused;
      if (until === undefined) return [[id, null]];
      return until > this.#turn ? [[id, until - this.#turn]] : [];
    });
    return {
      added: this.all.flatMap(({ id, type, came }) => (came ? [{ id, type, ...came }] : [])),
      removed: [...this.#gone.keys()],
      paused: Object.fromEntries(pauses),
    };
  }

  /** What of it later events may name as their causes, and who waits for what. */
  keptEvents(table: HandleTable): KeptRoster {
    return {
      agents: this.all.map(({ id, decided, failed, standing, hasGone, waits, memory, beginning }) => [
        id,
        (hasGone ? HAS_GONE : 0) + (waits ? WAITS : 0),
        table.numberOf(decided?.handle),
        table.numberOf(failed),
        table.numberOf(standing),
        memory.keptWrites(table),
        beginning?.kept(table) ?? null,
      ]),
      gone: Array.from(this.#gone, ([id, going]) => [id, table.numberOf(going)]),
      paused: [...this.#paused].map(({ id, paused }) => [id, paused?.until ?? null]),
    };
  }

  /** Goes on from a checkpoint as if the run had never stopped: nobody is told of. @throws Error where others are there */
  goOn({ agents, gone, paused }: KeptRoster, numbered: NumberedHandles, writes: LastWrites): void {
    if (agents.length !== this.#agents.size) throw new Error("Others are there than were then.");
    for (const [id, flags, decided, failed, standing, memory, beginning] of agents) {
      const running = this.#get(id);
      const handle = numbered.at(decided);
      if (running.decided && handle) running.decided = { ...running.decided, handle };
      running.failed = numbered.at(failed);
      running.standing = numbered.at(standing);
      if (flags & HAS_GONE) running.hasGone = true;
      if (flags & WAITS) running.waits = true;
      running.memory.goOn(memory, numbered);
      if (beginning) running.beginning?.goOn(beginning, numbered, writes.part(id));
    }
    for (const [id, going] of gone) this.#gone.set(id, numbered.at(going));
    for (const [id, until] of paused) {
      const running = this.#get(id);
      running.paused = { until: until ?? undefined };
      this.#paused.add(running);
    }
  }

  #get(id: string): RunningAgent {
    const running = this.#agents.get(id);
    if (!running) throw new Error(`There is no agent ${id}.`);
    return running;
  }

  #running(id: string, type: string, agent: Agent): RunningAgent {
    return {
      id,
      type,
      agent,
      random: Random.seeded(this.#seed, `agent ${id}`),
      memory: new Memory(this.#from?.context_memory[id]),
      memoryKind: memoryKindOf(agent),
      beginning: beginningOf(agent),
    };
  }

  /** An agent that is there from the start, with what it remembers from before a checkpoint. */
  #enter(running: RunningAgent, attempt: Attempt): void {
    const { id, agent } = running;
    const memory = this.#from?.memory[id];
    if (memory !== undefined)
      attempt(`The memory of agent ${id}`, () => notPromised(agent.setMemory?.(memory)));
    const turn = this.#from?.decided[id];
    if (turn !== undefined) running.decided = { turn };
    this.#agents.set(id, running);
  }
}

function tell(
  { scope, by, read }: RosterChange,
  event: RosterEvent,
  id: string,
  { description, details }: { description: string; details?: JsonObject },
): EventHandle {
  return scope.system("success", {
    subject_agent_id: id,
    description,
    details: { system_event_type: event, ...details, by },
    caused_by: read,
  });
}
