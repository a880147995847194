import { inspect } from "node:util";
import { isPlainObject } from "../world/index.ts";

/** An agent tried to change what it was shown. */
export class ObservationError extends Error {
  readonly code = "OBSERVATION_READ_ONLY";

  constructor(key: string) {
    super(
      `An observation is read-only (tried to change ${JSON.stringify(key)}): return an action from decide, and the engine changes the state`,
    );
    this.name = "ObservationError";
  }
}

export function isObservationError(error: unknown): error is ObservationError {
  return error instanceof ObservationError;
}

/** What a look answers with what it shows. */
const SHOWN = Symbol("shown");

/** What `console.log` shows of a look is the value itself; `this` is the look there. */
function inspected(this: object): unknown {
  return Reflect.get(this, SHOWN);
}

const INSPECTED = { value: inspected, configurable: true };
const INSPECTABLE: object = Object.defineProperty({}, inspect.custom, INSPECTED);

/**
 * A look at the handler's value, through which nothing can be changed. The proxy's target is a stand-in, as over the
 * frozen value itself the language would forbid to hand out looks at its members.
 */
export function look<T extends object>(handler: LookHandler<T>): T; // every trap answers for its value
export function look(handler: LookHandler): object {
  const { value } = handler;
  const target: object = Array.isArray(value)
    ? Object.defineProperty([], inspect.custom, INSPECTED)
    : Object.create(INSPECTABLE);
  return new Proxy(target, handler);
}

/** Shows a value and looks at its members; subclasses note what is read. */
export class LookHandler<T extends object = object> implements ProxyHandler<object> {
  /** What is looked at. */
  readonly value: T;
  #members: Map<object, object> | undefined;

  constructor(value: T) {
    this.value = value;
  }

  get(_: object, key: string | symbol): unknown {
    if (typeof key === "symbol") return key === SHOWN ? this.value : Reflect.get(this.value, key);
    return this.read(key);
  }

  has(_: object, key: string | symbol): boolean {
    if (typeof key === "string") this.seeKey(key);
    return Reflect.has(this.value, key);
  }

  ownKeys(): (string | symbol)[] {
    this.seeKeys();
    return Reflect.ownKeys(this.value);
  }

  getOwnPropertyDescriptor(_: object, key: string | symbol): PropertyDescriptor | undefined {
    const own = Reflect.getOwnPropertyDescriptor(this.value, key);
    if (typeof key !== "string") return own;
    if (!own) {
      this.seeKey(key);
      return undefined;
    }
    // An array's length is the one property the stand-in has as well, and cannot be called configurable.
    const isLength = Array.isArray(this.value) && key === "length";
    return {
      value: this.read(key),
      enumerable: own.enumerable ?? false,
      writable: isLength,
      configurable: !isLength,
    };
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.value);
  }

  set(_: object, key: string | symbol): never {
    throw new ObservationError(String(key));
  }

  deleteProperty(_: object, key: string | symbol): never {
    throw new ObservationError(String(key));
  }

  defineProperty(_: object, key: string | symbol): never {
    throw new ObservationError(String(key));
  }

  setPrototypeOf(): never {
    throw new ObservationError("__proto__");
  }

  preventExtensions(): never {
    throw new ObservationError("");
  }

  /** The member `key` as it is shown. */
  protected read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    return isStructure(member) ? this.kept(member, () => new LookHandler(member)) : member;
  }

  /** It was asked whether there is a member `key`. */
  protected seeKey(_key: string): void {}

  /** All keys were asked for. */
  protected seeKeys(): void {}

  /** A look at a member, the same each time. */
  protected kept(member: object, handler: () => LookHandler): object {
    if (Reflect.get(member, SHOWN) !== undefined) return member; // a look already
    this.#members ??= new Map();
    let made = this.#members.get(member);
    if (!made) {
      made = look(handler());
      this.#members.set(member, made);
    }
    return made;
  }
}

/** What is shown through a look: objects and arrays, not instances of classes, which guard themselves. */
export function isStructure(value: unknown): value is object {
  return Array.isArray(value) || isPlainObject(value);
}
