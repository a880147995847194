import { freeze } from "immer";
import { changesOfPart } from "./changes.ts";
import { isPlainObject } from "./json-copy.ts";
import { type Findings, NodeDraft, noteAssigned, withoutDrafts } from "./node-draft.ts";
import type { StateReads } from "./part-reads.ts";
import { StateError } from "./state-error.ts";
import type { Assignment, VariableChange, World } from "./world.ts";

type PartId = string | undefined;

export interface TransactionOptions {
  /** Is told what is read of the state as it was before. */
  reads?: StateReads | undefined;
  /** The agent that acts. */
  acting?: string | undefined;
  /** Is asked before an agent that has no part of the state is given one; what it throws ends the transaction. */
  admit?: ((agentId: string) => void) | undefined;
}

/** A draft of the state: parts are drafted when they are first touched, so untouched ones cost nothing. */
export class Transaction {
  readonly draft: World;
  readonly #base: World;
  readonly #reads: StateReads | undefined;
  /** That the acting agent is there is no news: it acts. */
  readonly #acting: string | undefined;
  readonly #drafted = new Map<PartId, NodeDraft>();
  /** Parts put in as a whole; `undefined` for one taken out. */
  readonly #replaced = new Map<PartId, object | undefined>();
  readonly #handedOut: NodeDraft[] = [];
  readonly #admit: ((agentId: string) => void) | undefined;

  constructor(base: World, { reads, acting, admit }: TransactionOptions) {
    this.#base = base;
    this.#reads = reads;
    this.#acting = acting;
    this.#admit = admit;
    const part = () => this.#part(undefined) ?? {};
    const replace = (value: unknown) => this.#replace(undefined, value);
    const agents = new Proxy<Record<string, object>>({}, this.#agents());
    this.draft = {
      get global() {
        return part();
      },
      set global(value) {
        replace(value);
      },
      get agents() {
        return agents;
      },
      set agents(_) {
        throw new StateError("agents", "cannot be replaced as a whole: give each agent its part");
      },
    };
  }

  /** Once nothing more is read through the draft: notes of what was handed out that it was there. */
  endReads(): void {
    for (const node of this.#handedOut) node.noteHandedOut();
  }

  /** The parts that are new, every variable that changed, and what was assigned without changing. */
  finish(): {
    parts: Map<PartId, object | undefined>;
    changes: VariableChange[];
    assigned: readonly Assignment[];
    came: string[];
    went: string[];
  } {
    const parts = new Map<PartId, object | undefined>();
    const changes: VariableChange[] = [];
    const assigned: Assignment[] = [];
    const came: string[] = [];
    const went: string[] = [];
    // What was assigned may hold drafts of any part, which end when that part is finished.
    for (const [id, value] of this.#replaced) {
      if (value) this.#replaced.set(id, plainPart(withoutDrafts(value)));
    }
    for (const draft of this.#drafted.values()) draft.resolve();
    for (const [id, value] of this.#replaced) {
      const part = value && freeze(value, true);
      const before = this.#original(id);
      parts.set(id, part);
      if (id !== undefined && (before === undefined) !== (part === undefined)) (part ? came : went).push(id);
      const found = changesOfPart(id, before, part);
      changes.push(...found);
      const findings = { changes: new Map(found.map((change) => [change.variable_name, change])), assigned };
      if (part) noteAssigned({ agentId: id, name: "" }, before, part, findings);
      else if (found.length === 0) assigned.push({ agent_id: id, name: "", isNode: true, isGone: true });
    }
    for (const [id, draft] of this.#drafted) {
      if (this.#replaced.has(id)) continue;
      const findings: Findings = { changes: new Map(), assigned };
      const part = draft.finish(findings);
      if (part === draft.base) continue;
      parts.set(id, part);
      changes.push(...findings.changes.values());
    }
    return { parts, changes, assigned, came, went };
  }

  #original(id: PartId): object | undefined {
    return id === undefined ? this.#base.global : this.#base.agents[id];
  }

  #part(id: PartId): object | undefined {
    if (this.#replaced.has(id)) return this.#replaced.get(id);
    const drafted = this.#drafted.get(id);
    if (drafted) return drafted.proxy;
    const original = this.#original(id);
    const reads = this.#reads?.part(id);
    if (!isPlainObject(original)) {
      reads?.presence("", false);
      return undefined;
    }
    const draft = new NodeDraft(original, { agentId: id, name: "" }, reads, this.#handedOut);
    this.#drafted.set(id, draft);
    if (reads && id !== this.#acting && id !== undefined) this.#handedOut.push(draft);
    return draft.proxy;
  }

  #replace(id: PartId, value: unknown): true {
    if (id !== undefined && !this.#replaced.has(id) && this.#base.agents[id] === undefined) this.#admit?.(id);
    this.#replaced.set(id, plainPart(value));
    return true;
  }

  #agents(): ProxyHandler<Record<string, object>> {
    const isThere = (id: string) =>
      this.#replaced.has(id) ? this.#replaced.get(id) !== undefined : this.#base.agents[id] !== undefined;
    const has = (id: string) => {
      const answer = isThere(id);
      if (!this.#replaced.has(id)) this.#reads?.part(id).presence("", answer);
      return answer;
    };
    return {
      get: (_, id) => (typeof id === "string" ? this.#part(id) : undefined),
      set: (_, id, value) => typeof id === "string" && this.#replace(id, value),
      deleteProperty: (_, id) => {
        if (typeof id === "string" && isThere(id)) this.#replaced.set(id, undefined);
        return true;
      },
      has: (_, id) => typeof id === "string" && has(id),
      ownKeys: () => {
        this.#reads?.agents();
        const ids = new Set([...Object.keys(this.#base.agents), ...this.#replaced.keys()]);
        return [...ids].filter((id) => id !== undefined && isThere(id)).map(String);
      },
      getOwnPropertyDescriptor: (_, id) =>
        typeof id === "string" && isThere(id)
          ? {
              get: () => this.#part(id),
              set: (value: unknown) => this.#replace(id, value),
              enumerable: true,
              configurable: true,
            }
          : undefined,
    };
  }
}

function plainPart(value: unknown): object {
  if (isPlainObject(value)) return value; // a draft looks like what it drafts
  throw new StateError("", "must be an object that holds the variables");
}
