import { isLook, isStructure, LookHandler, look } from "./look.ts";
import type { Reads } from "./reads.ts";

/**
 * What the engine put together for an agent, as the agent gets it: read-only, and with each read noted. Pieces of the
 * state note reads by themselves. All that the engine read to put it together counts as soon as the agent looks at it: which
 * members there are, which pieces were chosen, and what was worked out may come from any of that.
 */
export function observationOf<O>(shown: O, reads: Reads | undefined): O;
export function observationOf(shown: unknown, reads: Reads | undefined): unknown {
  if (!reads) return isStructure(shown) ? look(new LookHandler(shown)) : shown;
  reads.begin();
  if (!isLook(shown)) {
    if (isStructure(shown)) return look(new ShownHandler(shown, reads));
    // A function's answer is worked out when it is called; with all else the agent knows what it was given at once.
    if (isFunction(shown)) return functionOf(shown, reads);
  }
  reads.know();
  return shown;
}

class ShownHandler<T extends object> extends LookHandler<T> {
  readonly #reads: Reads;
  #functions: Map<unknown, unknown> | undefined;

  constructor(value: T, reads: Reads) {
    super(value);
    this.#reads = reads;
  }

  protected override read(key: string): unknown {
    this.#learn(key);
    const member: unknown = this.#reads.within(() => Reflect.get(this.value, key));
    if (typeof member === "object")
      return isLook(member) || !isStructure(member) ? member : this.kept(member);
    if (!isFunction(member) || !Object.hasOwn(this.value, key)) return member;
    this.#functions ??= new Map();
    let wrapped = this.#functions.get(member);
    if (!wrapped) {
      wrapped = functionOf(member, this.#reads);
      this.#functions.set(member, wrapped);
    }
    return wrapped;
  }

  protected override lookAt(member: object): LookHandler {
    return new ShownHandler(member, this.#reads);
  }

  protected override seeKey(key: string): void {
    this.#learn(key);
  }

  protected override seeMember(key: string): void {
    this.#learn(key);
  }

  protected override seeKeys(): void {
    this.#learn("keys");
  }

  protected override reveal(): void {
    this.#learn("everything");
  }

  #learn(key: string): void {
    this.#reads.check(key);
    this.#reads.learn();
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}

/** What a function reads when the agent calls it counts for that agent. */
function functionOf(called: AnyFunction, reads: Reads): AnyFunction {
  return new Proxy(called, new CallHandler(reads));
}

class CallHandler implements ProxyHandler<AnyFunction> {
  readonly #reads: Reads;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  apply(called: AnyFunction, self: unknown, args: unknown[]): unknown {
    this.#reads.check(called.name);
    this.#reads.learn();
    return this.#reads.within(() => Reflect.apply(called, self, args));
  }
}

/**
 * A copy that shares nothing with what is shown: it can be changed, cloned and kept, and all that is in it counts as read.
 * What is neither object nor array (a function, an instance of a class) is the same in the copy.
 */
export function copyOf<T>(shown: T): T;
export function copyOf(shown: unknown): unknown {
  return typeof shown !== "object" ? shown : copied(shown, new Map());
}

function copied(shown: unknown, copies: Map<unknown, unknown>): unknown {
  if (!isStructure(shown)) return shown;
  const known = copies.get(shown);
  if (known) return known;
  if (Array.isArray(shown)) {
    const array: unknown[] = [];
    copies.set(shown, array);
    for (const item of shown) array.push(copied(item, copies));
    return array;
  }
  const object: Record<string, unknown> = {};
  copies.set(shown, object);
  for (const [key, member] of Object.entries(shown)) object[key] = copied(member, copies);
  return object;
}
