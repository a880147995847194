import type { EventHandle } from "@llm-sim/events";
import type { JsonObject } from "@llm-sim/events/schema";
import { createDraft, current, type Draft, isDraft } from "immer";
import * as z from "zod";
import type { HandleTable, NumberedHandles } from "../handles/index.ts";
import { copyJsonObject, inspectable, withoutDrafts } from "../world/index.ts";

/** Is told of the decisions that wrote what is read. */
interface Noter {
  add(write: EventHandle | undefined): void;
}

const keysSchema = z.array(z.string());

/** What an agent remembers: a JSON object of its own, each key with the decision that wrote it last. */
export class Memory {
  #values: JsonObject;
  /** @internal */
  readonly writes: Writes = { written: new Map(), start: undefined };

  constructor(values: JsonObject = {}) {
    this.#values = values;
  }

  /** As it is kept between turns. */
  get values(): JsonObject {
    return this.#values;
  }

  /** What was there, and what was not, before the run began or its agent came is known by that. */
  begunBy(start: EventHandle): void {
    this.writes.start = start;
    for (const key of Object.keys(this.#values)) this.writes.written.set(key, start);
  }

  /** What wrote it, as a checkpoint keeps it: the number of its keys, and the handles of its start and of them. */
  keptWrites(table: HandleTable): [shape: number, ...handles: number[]] {
    const { start, written } = this.writes;
    const handles = Array.from(written.values(), (write) => table.numberOf(write));
    return [table.shape([...written.keys()]), table.numberOf(start), ...handles];
  }

  /** Goes on from what was kept. */
  goOn([shape, start = 0, ...handles]: readonly [number, ...number[]], numbered: NumberedHandles): void {
    this.writes.start = numbered.at(start);
    this.writes.written.clear();
    for (const [at, key] of keysSchema.parse(numbered.shape(shape)).entries()) {
      const write = numbered.at(handles[at] ?? 0);
      if (write) this.writes.written.set(key, write);
    }
  }

  /** Opens it for one decision. */
  open(noter: Noter | undefined): OpenMemory {
    return new OpenMemory(this, noter);
  }

  /** @internal What it is from here on. */
  keep(values: JsonObject): void {
    this.#values = values;
  }
}

/** The decisions that wrote keys last, and what began the memory: what was never written is known by that. */
interface Writes {
  written: Map<string, EventHandle>;
  start: EventHandle | undefined;
}

/** What one decision did to the memory, as its `details` say it: what keys are now, and which are gone. */
export interface WrittenMemory {
  memory?: JsonObject;
  forgotten?: string[];
}

/** Every trap answers for the memory: one target does for all. */
const TARGET: JsonObject = inspectable({});

/** The memory while its agent decides: what it was before is read, and what it is to be is written. */
export class OpenMemory implements ProxyHandler<JsonObject> {
  readonly proxy: JsonObject;
  readonly #before: JsonObject;
  readonly #writes: Writes;
  readonly #noter: Noter | undefined;
  readonly #memory: Memory;
  /** Members that were handed out and may be changed in place, and what was assigned. */
  #touched: Map<string, unknown> | undefined;
  #gone: Set<string> | undefined;
  #isOver = false;

  constructor(memory: Memory, noter: Noter | undefined) {
    this.#before = memory.values;
    this.#writes = memory.writes;
    this.#noter = noter;
    this.#memory = memory;
    this.proxy = new Proxy<JsonObject>(TARGET, this);
  }

  get(_: JsonObject, key: string | symbol): unknown {
    if (typeof key === "symbol") return Reflect.get(this.#before, key);
    if (this.#touched?.has(key)) return this.#touched.get(key);
    if (this.#gone?.has(key) || key === "toJSON" || key === "then") return undefined;
    this.#note(key);
    if (!Object.hasOwn(this.#before, key)) return Reflect.get(Object.prototype, key);
    const value = this.#before[key];
    if (typeof value !== "object" || value === null) return value;
    const draft: Draft<object> = createDraft(value);
    this.#touch(key, draft);
    return draft;
  }

  set(_: JsonObject, key: string | symbol, value: unknown): boolean {
    if (typeof key === "symbol" || key === "__proto__") return false;
    this.#check(key);
    this.#touch(key, value);
    this.#gone?.delete(key);
    return true;
  }

  defineProperty(target: JsonObject, key: string | symbol, property: PropertyDescriptor): boolean {
    return this.set(target, key, property.value);
  }

  deleteProperty(_: JsonObject, key: string | symbol): boolean {
    if (typeof key === "symbol") return true;
    this.#check(key);
    this.#touched?.delete(key);
    this.#gone ??= new Set();
    this.#gone.add(key);
    return true;
  }

  #touch(key: string, value: unknown): void {
    this.#touched ??= new Map();
    this.#touched.set(key, value);
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  has(_: JsonObject, key: string | symbol): boolean {
    if (typeof key === "symbol") return false;
    if (this.#touched?.has(key)) return true;
    if (this.#gone?.has(key)) return false;
    this.#note(key);
    return Object.hasOwn(this.#before, key);
  }

  ownKeys(): string[] {
    this.#noter?.add(this.#writes.start);
    for (const write of this.#writes.written.values()) this.#noter?.add(write);
    const keys = new Set([...Object.keys(this.#before), ...(this.#touched?.keys() ?? [])]);
    return [...keys].filter((key) => this.#gone?.has(key) !== true);
  }

  getOwnPropertyDescriptor(target: JsonObject, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === "symbol" || !this.has(target, key)) return undefined;
    return {
      get: () => this.get(target, key),
      set: (value: unknown) => this.set(target, key, value),
      enumerable: true,
      configurable: true,
    };
  }

  /** The decision is over: what is written from here on would be lost. */
  end(): void {
    this.#isOver = true;
  }

  #check(key: string): void {
    if (!this.#isOver) return;
    throw new Error(
      `context.memory can be changed until its decision is made (tried to change ${JSON.stringify(key)} later)`,
    );
  }

  #note(key: string): void {
    this.#noter?.add(this.#writes.written.get(key) ?? this.#writes.start);
  }

  /**
   * What was written and what is gone. What was handed out counts as written where it was changed.
   *
   * @throws Error where JSON cannot carry it
   */
  written(): WrittenMemory {
    if (!this.#touched && !this.#gone) return {};
    const changed: Record<string, unknown> = {};
    for (const [key, touched] of this.#touched ?? []) {
      const value: unknown = isDraft(touched) ? current(touched) : touched;
      if (value !== this.#before[key] || !isDraft(touched)) changed[key] = withoutDrafts(value);
    }
    const copied = copyJsonObject(changed);
    if ("notJson" in copied) {
      throw new Error(`context.memory.${copied.notJson.path} ${copied.notJson.problem}`);
    }
    const forgotten = [...(this.#gone ?? [])].filter((key) => Object.hasOwn(this.#before, key));
    return {
      ...(Object.keys(copied.value).length > 0 && { memory: copied.value }),
      ...(forgotten.length > 0 && { forgotten }),
    };
  }

  /** Keeps what was written, by this decision. */
  close({ memory = {}, forgotten = [] }: WrittenMemory, decision: EventHandle): void {
    const keys = [...Object.keys(memory), ...forgotten];
    if (keys.length === 0) return;
    const values = { ...this.#before, ...memory };
    for (const key of keys) this.#writes.written.set(key, decision);
    for (const key of forgotten) delete values[key];
    this.#memory.keep(values);
  }
}
