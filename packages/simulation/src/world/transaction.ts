import { createDraft, finishDraft, freeze, type Patch } from "immer";
import { changesOf, changesOfPart } from "./changes.ts";
import { isPlainObject } from "./json-copy.ts";
import { foreignDraft, StateError } from "./state-error.ts";
import { withoutDrafts } from "./without-drafts.ts";
import type { VariableChange, World } from "./world.ts";

type PartId = string | undefined;

/** A draft of the state: parts are drafted when they are first touched, so untouched ones cost nothing. */
export class Transaction {
  readonly draft: World;
  readonly #base: World;
  readonly #drafted = new Map<PartId, object>();
  /** Parts put in as a whole; `undefined` for one taken out. */
  readonly #replaced = new Map<PartId, object | undefined>();

  constructor(base: World) {
    this.#base = base;
    const part = () => this.#part(undefined) ?? {};
    const replace = (value: unknown) => this.#replace(undefined, value);
    this.draft = {
      get global() {
        return part();
      },
      set global(value) {
        replace(value);
      },
      agents: new Proxy<Record<string, object>>({}, this.#agents()),
    };
  }

  /** The parts that are new, and every variable that changed. */
  finish(): { parts: Map<PartId, object | undefined>; changes: VariableChange[] } {
    const parts = new Map<PartId, object | undefined>();
    const changes: VariableChange[] = [];
    // What was put in whole goes first: it may hold drafts of a part, which end when that part is finished.
    for (const [id, value] of this.#replaced) {
      const part = value && freeze(plainPart(withoutDrafts(value)), true);
      parts.set(id, part);
      changes.push(...changesOfPart(id, this.#original(id), part));
    }
    for (const [id, draft] of this.#drafted) {
      if (this.#replaced.has(id)) continue;
      let patches: readonly Patch[] = [];
      const part: object = ownOnly(id, () =>
        finishDraft(draft, (made) => {
          patches = made;
        }),
      );
      if (patches.length === 0) continue;
      parts.set(id, part);
      changes.push(...changesOf(id, this.#original(id) ?? {}, part, patches));
    }
    return { parts, changes };
  }

  #original(id: PartId): object | undefined {
    return id === undefined ? this.#base.global : this.#base.agents[id];
  }

  #part(id: PartId): object | undefined {
    if (this.#replaced.has(id)) return this.#replaced.get(id);
    const drafted = this.#drafted.get(id);
    if (drafted) return drafted;
    const original = this.#original(id);
    if (!original) return undefined;
    const draft: object = createDraft(original);
    this.#drafted.set(id, draft);
    return draft;
  }

  #replace(id: PartId, value: unknown): true {
    this.#replaced.set(id, plainPart(value));
    return true;
  }

  #agents(): ProxyHandler<Record<string, object>> {
    const has = (id: string) =>
      this.#replaced.has(id) ? this.#replaced.get(id) !== undefined : this.#base.agents[id] !== undefined;
    return {
      get: (_, id) => (typeof id === "string" ? this.#part(id) : undefined),
      set: (_, id, value) => typeof id === "string" && this.#replace(id, value),
      deleteProperty: (_, id) => {
        if (typeof id === "string" && has(id)) this.#replaced.set(id, undefined);
        return true;
      },
      has: (_, id) => typeof id === "string" && has(id),
      ownKeys: () => {
        const ids = new Set([...Object.keys(this.#base.agents), ...this.#replaced.keys()]);
        return [...ids].filter((id) => id !== undefined && has(id)).map(String);
      },
      getOwnPropertyDescriptor: (_, id) =>
        typeof id === "string" && has(id)
          ? { value: this.#part(id), writable: true, enumerable: true, configurable: true }
          : undefined,
    };
  }
}

function plainPart(value: unknown): object {
  if (isPlainObject(value)) return value; // a draft looks like what it drafts
  throw new StateError("", "must be an object that holds the variables");
}

/** Immer tells of an object that moved between parts with a revoked proxy, {@link foreignDraft} what to do. */
function ownOnly<T>(id: PartId, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError && error.message.includes("revoked")) throw foreignDraft(id ?? "global");
    throw error;
  }
}
