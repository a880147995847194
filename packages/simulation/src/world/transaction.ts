import { freeze } from "immer";
import { noteAssigned } from "./assigned.ts";
import { changesOfPart } from "./changes.ts";
import { DraftEnd } from "./draft-end.ts";
import { isPlainObject } from "./json-copy.ts";
import { NodeDraft } from "./node-draft.ts";
import type { StateReads } from "./part-reads.ts";
import { StateError } from "./state-error.ts";
import { inspectable, withoutDrafts } from "./without-drafts.ts";
import type { Assignment, VariableChange, World } from "./world.ts";

type PartId = string | undefined;

export interface TransactionOptions {
  /** What it belongs to, for messages: `rule growth`. */
  by?: (() => string) | undefined;
  /** Is told what is read of the state as it was before. */
  reads?: StateReads | undefined;
  /** The agent that acts. */
  acting?: string | undefined;
  /** Finds out what would be done, and does nothing of it. */
  isTrial?: boolean | undefined;
  /** Is asked before an agent that has no part of the state is given one; what it throws ends the transaction. */
  admit?: ((agentId: string) => void) | undefined;
}

/** What a transaction did. */
export interface Outcome {
  /** Every variable that changed. */
  changes: VariableChange[];
  /** Of what was assigned: the nodes, and the variables that kept their value. */
  assigned: Assignment[];
  /** Agents that have a part of the state and had none before. */
  came: string[];
  /** Agents that have none any more. */
  went: string[];
}

/** With the parts that are new, `undefined` for one that was taken out. */
export interface Finished extends Outcome {
  parts: [id: PartId, part: object | undefined][];
}

/** Beyond so many drafted parts they are looked up in a map; up to that, looking through them is faster. */
const FEW = 8;

const anEffect = () => "an effect";

/** A draft of the state: parts are drafted when they are first touched, so untouched ones cost nothing. */
export class Transaction {
  readonly draft: World;
  readonly #base: World;
  readonly #reads: StateReads | undefined;
  /** It is there as long as it acts: where another went first, it does not. */
  readonly #acting: string | undefined;
  readonly #drafted: NodeDraft[] = [];
  /** Where there are more than a few. */
  #draftedById: Map<PartId, NodeDraft> | undefined;
  /** Parts put in as a whole; `undefined` for one taken out. */
  #replaced: Map<PartId, object | undefined> | undefined;
  readonly #drafts: NodeDraft[] = [];
  readonly #by: () => string;
  #end: DraftEnd | undefined;
  readonly #admit: ((agentId: string) => void) | undefined;

  constructor(base: World, { by = anEffect, reads, acting, admit }: TransactionOptions) {
    this.#by = by;
    this.#base = base;
    this.#reads = reads;
    this.#acting = acting;
    this.#admit = admit;
    this.draft = worldDraft(this);
  }

  /** Nothing more can be read and written through the draft: notes of what was handed out, and of who acts, that it was there. */
  end(): void {
    const acting = this.#acting;
    if (acting !== undefined && !this.#draftOf(acting)) this.#reads?.part(acting).presence("", true);
    const end = new DraftEnd(this.#by);
    this.#end = end;
    for (const draft of this.#drafts) draft.end(end);
  }

  finish(): Finished {
    const parts: Finished["parts"] = [];
    const changes: VariableChange[] = [];
    const assigned: Assignment[] = [];
    const came: string[] = [];
    const went: string[] = [];
    const replaced = this.#replaced;
    // What was assigned may hold drafts of any part, which end when that part is finished.
    if (replaced) {
      for (const [id, value] of replaced) if (value) replaced.set(id, plainPart(withoutDrafts(value)));
    }
    for (const draft of this.#drafted) draft.resolve();
    if (replaced) {
      for (const [id, value] of replaced) {
        const part = value && freeze(value, true);
        const before = this.#original(id);
        parts.push([id, part]);
        if (id !== undefined && (before === undefined) !== (part === undefined))
          (part ? came : went).push(id);
        const found = changesOfPart(id, before, part);
        if (part) noteAssigned({ agentId: id, name: "" }, before, part, { changes: found, assigned });
        else if (found.length === 0) assigned.push({ agent_id: id, name: "", isNode: true, isGone: true });
        for (const change of found) changes.push(change);
      }
    }
    for (const draft of this.#drafted) {
      const id = draft.agentId;
      if (replaced?.has(id)) continue;
      const part = draft.finish({ changes, assigned });
      if (part !== draft.base) parts.push([id, part]);
    }
    return { parts, changes, assigned, came, went };
  }

  /** A part as it is in the draft. */
  part(id: PartId): object | undefined {
    this.#check();
    if (this.#replaced?.has(id)) return this.#replaced.get(id);
    const drafted = this.#draftOf(id);
    if (drafted) return drafted.proxy;
    const original = this.#original(id);
    const reads = this.#reads?.part(id);
    if (!isPlainObject(original)) {
      reads?.presence("", false);
      return undefined;
    }
    const draft = new NodeDraft(original, id, "", reads, this.#drafts);
    this.#drafted.push(draft);
    this.#draftedById?.set(id, draft);
    return draft.proxy;
  }

  replace(id: PartId, value: unknown): true {
    this.#check();
    if (id !== undefined && !this.#replaced?.has(id) && this.#base.agents[id] === undefined)
      this.#admit?.(id);
    this.#replaced ??= new Map();
    this.#replaced.set(id, plainPart(value));
    return true;
  }

  remove(agentId: string): true {
    this.#check();
    if (this.isThere(agentId)) {
      this.#replaced ??= new Map();
      this.#replaced.set(agentId, undefined);
    }
    return true;
  }

  isThere(agentId: string): boolean {
    const replaced = this.#replaced;
    return replaced?.has(agentId)
      ? replaced.get(agentId) !== undefined
      : this.#base.agents[agentId] !== undefined;
  }

  /** Asks whether an agent is there. */
  has(agentId: string): boolean {
    this.#check();
    const answer = this.isThere(agentId);
    if (!this.#replaced?.has(agentId)) this.#reads?.part(agentId).presence("", answer);
    return answer;
  }

  /** Asks which agents there are. */
  agentIds(): string[] {
    this.#check();
    this.#reads?.agents();
    const ids = Object.keys(this.#base.agents);
    const replaced = this.#replaced;
    if (!replaced) return ids;
    const all = new Set<PartId>([...ids, ...replaced.keys()]);
    return [...all].filter((id) => id !== undefined && this.isThere(id)).map(String);
  }

  #check(): void {
    this.#end?.get();
  }

  #original(id: PartId): object | undefined {
    return id === undefined ? this.#base.global : this.#base.agents[id];
  }

  #draftOf(id: PartId): NodeDraft | undefined {
    const drafted = this.#drafted;
    if (drafted.length <= FEW) return drafted.find(({ agentId }) => agentId === id);
    this.#draftedById ??= new Map(drafted.map((draft) => [draft.agentId, draft]));
    return this.#draftedById.get(id);
  }
}

// Proxies, as an object literal with accessors costs twenty times as much: each is a shape of its own to V8. Their traps
// answer for themselves, so that one target does for all.
const WORLD_TARGET: World = { global: {}, agents: {} };
const AGENTS_TARGET: Record<string, object> = inspectable({});

function worldDraft(transaction: Transaction): World {
  const agents = new Proxy<Record<string, object>>(AGENTS_TARGET, new AgentsDraft(transaction));
  return new Proxy<World>(WORLD_TARGET, new WorldDraft(transaction, agents));
}

class WorldDraft implements ProxyHandler<World> {
  readonly #transaction: Transaction;
  readonly #agents: Record<string, object>;

  constructor(transaction: Transaction, agents: Record<string, object>) {
    this.#transaction = transaction;
    this.#agents = agents;
  }

  get(target: World, key: string | symbol): unknown {
    if (key === "agents") return this.#agents;
    if (key === "global") return this.#transaction.part(undefined) ?? {};
    return Reflect.get(target, key);
  }

  set(_: World, key: string | symbol, value: unknown): boolean {
    if (key === "global") return this.#transaction.replace(undefined, value);
    const problem =
      key === "agents"
        ? "cannot be replaced as a whole: give each agent its part"
        : "cannot be assigned: a state has a global part, and one for each agent";
    throw new StateError(String(key), problem);
  }

  defineProperty(target: World, key: string | symbol, property: PropertyDescriptor): boolean {
    return this.set(target, key, property.value);
  }

  deleteProperty(): boolean {
    return false;
  }

  getOwnPropertyDescriptor(target: World, key: string | symbol): PropertyDescriptor | undefined {
    return key === "global" || key === "agents"
      ? accessor(
          () => this.get(target, key),
          (value) => this.set(target, key, value),
        )
      : undefined;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }
}

class AgentsDraft implements ProxyHandler<Record<string, object>> {
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get(_: object, id: string | symbol): unknown {
    return typeof id === "string" ? this.#transaction.part(id) : undefined;
  }

  set(_: object, id: string | symbol, value: unknown): boolean {
    return typeof id === "string" && this.#transaction.replace(id, value);
  }

  defineProperty(target: Record<string, object>, id: string | symbol, property: PropertyDescriptor): boolean {
    return this.set(target, id, property.value);
  }

  deleteProperty(_: object, id: string | symbol): boolean {
    return typeof id !== "string" || this.#transaction.remove(id);
  }

  has(_: object, id: string | symbol): boolean {
    return typeof id === "string" && this.#transaction.has(id);
  }

  ownKeys(): string[] {
    return this.#transaction.agentIds();
  }

  getOwnPropertyDescriptor(target: object, id: string | symbol): PropertyDescriptor | undefined {
    if (typeof id !== "string" || !this.#transaction.isThere(id)) return undefined;
    return accessor(
      () => this.get(target, id),
      (value) => this.set(target, id, value),
    );
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }
}

/** Whoever asks for keys asks for each one's descriptor, and that is no look at its value. */
function accessor(get: () => unknown, set: (value: unknown) => void): PropertyDescriptor {
  return { get, set, enumerable: true, configurable: true };
}

function plainPart(value: unknown): object {
  if (isPlainObject(value)) return value; // a draft looks like what it drafts
  throw new StateError("", "must be an object that holds the variables");
}
