import { inspect } from "node:util";
import { keyText } from "@llm-sim/events/naming";
import { current, freeze, Immer } from "immer";
import { type Findings, noteAssigned } from "./assigned.ts";
import { compare, memberOf } from "./changes.ts";
import { DraftEnd } from "./draft-end.ts";
import { isPlainObject, type PlainObject } from "./json-copy.ts";
import { checkKey, type Place } from "./leaves.ts";
import type { PartReads } from "./part-reads.ts";
import { StateError } from "./state-error.ts";
import { inspectable, withoutDrafts } from "./without-drafts.ts";

// Own code: one handler that notes reads and writes alike costs nothing net on the market, a tracking proxy around immer's
// draft 17 %, and it sees assignments that change nothing, which immer's patches leave out. Arrays, which are one
// variable each, are immer's.

/** What is kept of an array is made by `current` and frozen by itself: its draft is finished for nothing but to end it. */
const arrays = new Immer({ autoFreeze: false });

/** What drafts answer with themselves. */
const DRAFT = Symbol("draft");

/** A key that was assigned or deleted, as opposed to one whose member was looked at. */
const WRITTEN = Symbol("written");

/** Every trap answers from `base` and what was written: one target, of which nothing is asked, does for all drafts. */
const TARGET = inspectable({});

/** A node of the state that is changed in place: notes what is read of it as it was, and which members are written. */
export class NodeDraft implements ProxyHandler<object> {
  readonly base: PlainObject;
  readonly proxy: object;
  /** Whose part it is in; `undefined` for the world's. */
  readonly agentId: string | undefined;
  readonly #name: string;
  readonly #reads: PartReads | undefined;
  /** All drafts of the transaction. */
  readonly #drafts: NodeDraft[];
  /** Drafts of immer's. */
  #arrays: object[] | undefined;
  #copy: Record<string, unknown> | undefined;
  /** In order: of each key that was touched, the draft of its member, or that it was written. */
  #touched: Map<string, NodeDraft | object | typeof WRITTEN> | DraftEnd | undefined;
  #isRead = false;
  #keysAreRead = false;

  constructor(
    base: PlainObject,
    agentId: string | undefined,
    name: string,
    reads: PartReads | undefined,
    drafts: NodeDraft[],
  ) {
    this.base = base;
    this.agentId = agentId;
    this.#name = name;
    this.#reads = reads;
    this.#drafts = drafts;
    drafts.push(this);
    this.proxy = new Proxy<object>(TARGET, this);
  }

  /** `%o` of `util.format` shows what is behind a proxy. */
  [inspect.custom](): unknown {
    return withoutDrafts(this.proxy);
  }

  /** The draft behind a proxy. */
  static of(value: unknown): NodeDraft | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const draft: unknown = Reflect.get(value, DRAFT);
    return draft instanceof NodeDraft ? draft : undefined;
  }

  get(_: object, key: string | symbol): unknown {
    if (typeof key === "symbol") return key === DRAFT ? this : Reflect.get(this.base, key);
    if (key === "toJSON" && !Object.hasOwn(this.base, key)) return undefined;
    const touched = this.#touched?.get(key);
    if (touched !== undefined) {
      if (touched === WRITTEN) return this.#copy?.[key];
      this.#isRead = true;
      if (!(touched instanceof NodeDraft)) return touched;
      return touched.proxy;
    }
    const member = this.base[key];
    if (member === undefined && !Object.hasOwn(this.base, key)) {
      this.#notePresence(key, false);
      return Reflect.get(Object.prototype, key);
    }
    this.#isRead = true;
    if (typeof member !== "object" || member === null) {
      this.#reads?.value(this.#below(key));
      return member;
    }
    if (isPlainObject(member)) {
      const draft = new NodeDraft(member, this.agentId, this.#below(key), this.#reads, this.#drafts);
      this.#touch(key, draft);
      return draft.proxy;
    }
    this.#reads?.value(this.#below(key));
    const array: object = arrays.createDraft(member);
    this.#touch(key, array);
    this.#arrays ??= [];
    this.#arrays.push(array);
    return array;
  }

  set(_: object, key: string | symbol, value: unknown): boolean {
    if (typeof key === "symbol") throw new StateError(this.#name, "has a symbol as a key");
    checkKey(key, this.agentId, this.#name);
    this.#touch(key, WRITTEN);
    this.#write()[key] = value;
    return true;
  }

  deleteProperty(_: object, key: string | symbol): boolean {
    if (typeof key === "symbol") return true;
    this.#touch(key, WRITTEN);
    delete this.#write()[key];
    return true;
  }

  defineProperty(target: object, key: string | symbol, property: PropertyDescriptor): boolean {
    if (property.get)
      throw new StateError(this.#name, `has a getter (${String(key)}), where JSON has only values`);
    return this.set(target, key, property.value);
  }

  has(_: object, key: string | symbol): boolean {
    if (typeof key === "string" && this.#touched?.get(key) !== WRITTEN) {
      this.#notePresence(key, Object.hasOwn(this.base, key));
    }
    return Reflect.has(this.#copy ?? this.base, key);
  }

  ownKeys(): (string | symbol)[] {
    if (this.#touched instanceof DraftEnd) this.#touched.get();
    this.#isRead = true;
    this.#keysAreRead = true;
    this.#reads?.keys(this.#name);
    return Reflect.ownKeys(this.#copy ?? this.base);
  }

  /** With an accessor: whoever asks for keys asks for each one's descriptor, and that is no look at its value. */
  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    const isThere = Object.hasOwn(this.#copy ?? this.base, key);
    if (!isThere) {
      if (typeof key === "string" && this.#touched?.get(key) !== WRITTEN) this.#notePresence(key, false);
      return undefined;
    }
    if (typeof key === "string" && this.#touched?.get(key) !== WRITTEN && !this.#keysAreRead) {
      this.#notePresence(key, true);
    }
    return {
      get: () => this.get(target, key),
      set: (value) => this.set(target, key, value),
      enumerable: true,
      configurable: true,
    };
  }

  getPrototypeOf(): object | null {
    return Object.prototype;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  /** Resolves arrays, and what was assigned, to values that hold no drafts; of all parts before any is finished. */
  resolve(): void {
    const all = this.#touched;
    if (!(all instanceof Map)) return;
    for (const [key, touched] of all) {
      if (touched instanceof NodeDraft) touched.resolve();
      else if (touched !== WRITTEN) all.set(key, current(touched));
      else if (this.#copy && Object.hasOwn(this.#copy, key)) this.#copy[key] = withoutDrafts(this.#copy[key]);
    }
  }

  /** The node as it is now: `base` where nothing was changed. */
  finish(findings: Findings): PlainObject {
    const all = this.#touched;
    if (!(all instanceof Map)) return this.base;
    let next: Record<string, unknown> | undefined;
    for (const [key, touched] of all) {
      const before = memberOf(this.base, key);
      if (touched === WRITTEN) {
        if (this.#isNews(key, before, findings)) next ??= this.#copy;
        else if (this.#copy && Object.hasOwn(this.base, key)) this.#copy[key] = this.base[key];
        continue;
      }
      const now = touched instanceof NodeDraft ? touched.finish(findings) : freeze(touched, true);
      if (now === before) continue;
      if (!(touched instanceof NodeDraft)) {
        const found = findings.changes.length;
        const place: Place = { agentId: this.agentId, name: this.#below(key) };
        compare(place, before, now, findings.changes);
        if (found === findings.changes.length) {
          findings.assigned.push({ agent_id: place.agentId, name: place.name, isNode: false, isGone: false });
          continue;
        }
      }
      next = this.#write();
      next[key] = now;
    }
    return next ? Object.freeze(next) : this.base;
  }

  /** The transaction is over. Of a node that was handed out, and of which nothing else was read, it was seen that it is there. */
  end(end: DraftEnd): void {
    if (!this.#isRead && !this.#isWorld) this.#reads?.presence(this.#name, true);
    this.#touched = end;
    if (this.#arrays) for (const array of this.#arrays) arrays.finishDraft(array); // which revokes it
  }

  /** That the world's part is there is no news. */
  get #isWorld(): boolean {
    return this.agentId === undefined && this.#name === "";
  }

  /** Finds out what became of a key that was written; whether the node is another one with it. */
  #isNews(key: string, before: unknown, findings: Findings): boolean {
    const now = memberOf(this.#copy ?? {}, key);
    if (typeof now === "object" && now !== null) freeze(now, true);
    const place: Place = { agentId: this.agentId, name: this.#below(key) };
    const found = findings.changes.length;
    compare(place, before, now, findings.changes);
    noteAssigned(place, before, now, findings, found);
    return found !== findings.changes.length || isPlainObject(before) || isPlainObject(now);
  }

  #touch(key: string, how: NodeDraft | object | typeof WRITTEN): void {
    this.#touched ??= new Map();
    this.#touched.set(key, how);
  }

  #write(): Record<string, unknown> {
    this.#copy ??= { ...this.base };
    return this.#copy;
  }

  #notePresence(key: string, isThere: boolean): void {
    this.#isRead = true;
    if (key in Object.prototype && !isThere) return; // toString and the like
    this.#reads?.presence(this.#below(key), isThere);
  }

  #below(key: string): string {
    return this.#name === "" ? keyText(key) : `${this.#name}.${keyText(key)}`;
  }
}
