import { isErrorNamed } from "@llm-sim/events/errors";
import { isPlainObject } from "../world/index.ts";

/** An agent tried to change what it was shown, or to read it when its decision was over. */
export class ObservationError extends Error {
  readonly code: "OBSERVATION_READ_ONLY" | "OBSERVATION_OVER";

  constructor(message: string, code: ObservationError["code"] = "OBSERVATION_READ_ONLY") {
    super(message);
    this.name = "ObservationError";
    this.code = code;
  }

  static readOnly(key: string): ObservationError {
    return new ObservationError(
      `An observation is read-only (tried to change ${JSON.stringify(key)}): return an action from decide, and the engine changes the state`,
    );
  }

  static tooLate(key: string): ObservationError {
    return new ObservationError(
      `An observation can be read until its decision is made (tried to read ${JSON.stringify(key)} later): keep values, or context.copy(observation)`,
      "OBSERVATION_OVER",
    );
  }
}

export function isObservationError(error: unknown): error is ObservationError {
  return isErrorNamed(error, "ObservationError");
}

/** What a look answers with what it shows, all of which counts as read. */
const REVEALED = Symbol("revealed");
/** What a look answers with itself. */
const LOOK = Symbol("look");

/** What `console.log` shows of a look is the value itself; `this` is the look there. */
function inspected(this: object): unknown {
  return Reflect.get(this, REVEALED);
}

/** `inspect.custom` of node:util, as Node documents it: no type of ours needs Node's types. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");
const INSPECTED = { value: inspected, configurable: true };
/** What looks are proxies of: a stand-in, as over a frozen value the language would forbid to hand out looks at its members. */
const OBJECT: object = Object.defineProperty({}, INSPECT, INSPECTED);
const ARRAY: object = Object.defineProperty([], INSPECT, INSPECTED);

/** Asked of everything that might be a promise, or might have its own JSON: no look at the state. */
function isProtocol(key: string): boolean {
  return key === "then" || key === "toJSON";
}

/** A look at the handler's value, through which nothing can be changed. Every trap answers for the value. */
export function look<T extends object>(handler: LookHandler<T>): T;
export function look(handler: LookHandler): object {
  return new Proxy(Array.isArray(handler.value) ? ARRAY : OBJECT, handler);
}

export function isLook(value: unknown): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, LOOK) === true;
}

/** Shows a value and looks at its members; subclasses note what is read. */
export class LookHandler<T extends object = object> implements ProxyHandler<object> {
  // Declared, as what sets up fields that are not is a call of its own: a look is made for each piece that each agent sees.
  /** What is looked at. */
  declare readonly value: T;
  declare private members: Map<object, object> | undefined;

  constructor(value: T) {
    this.value = value;
    this.members = undefined;
  }

  /** `%o` of `util.format` shows what is behind a proxy. */
  [INSPECT](): unknown {
    this.reveal();
    return this.value;
  }

  get(_: object, key: string | symbol): unknown {
    if (typeof key === "string") {
      if (isProtocol(key) && !Object.hasOwn(this.value, key)) return undefined;
      return this.read(key);
    }
    if (key === LOOK) return true;
    if (key !== REVEALED) return Reflect.get(this.value, key);
    this.reveal();
    return this.revealed();
  }

  has(_: object, key: string | symbol): boolean {
    if (typeof key === "string" && !isProtocol(key)) this.seeKey(key);
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
    if (Array.isArray(this.value) && key === "length") {
      return { value: this.read(key), enumerable: false, writable: true, configurable: false };
    }
    // An accessor: whoever asks for keys asks for each one's descriptor, and that is no look at its value.
    this.seeMember(key);
    return { get: () => this.read(key), enumerable: own.enumerable ?? false, configurable: true };
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.value);
  }

  set(_: object, key: string | symbol): never {
    throw this.readOnly(String(key));
  }

  deleteProperty(_: object, key: string | symbol): never {
    throw this.readOnly(String(key));
  }

  defineProperty(_: object, key: string | symbol): never {
    throw this.readOnly(String(key));
  }

  setPrototypeOf(): never {
    throw this.readOnly("__proto__");
  }

  preventExtensions(): never {
    throw this.readOnly("");
  }

  /** What to say to who tries to change something. */
  protected readOnly(key: string): Error {
    return ObservationError.readOnly(key);
  }

  /** The member `key` as it is shown. */
  protected read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    return isStructure(member) ? this.kept(member) : member;
  }

  /** It was asked whether there is a member `key`. */
  protected seeKey(_key: string): void {}

  /** It was seen that there is a member `key`. */
  protected seeMember(_key: string): void {}

  /** All keys were asked for. */
  protected seeKeys(): void {}

  /** All that is below was shown. */
  protected reveal(): void {}

  /** The value as it is shown. */
  protected revealed(): object {
    return this.value;
  }

  /** A look at a member, the same each time. */
  protected kept(member: object): object {
    if (isLook(member)) return member;
    this.members ??= new Map();
    let piece = this.members.get(member);
    if (!piece) {
      piece = look(this.lookAt(member));
      this.members.set(member, piece);
    }
    return piece;
  }

  protected lookAt(member: object): LookHandler {
    return new LookHandler(member);
  }
}

/** What is shown through a look: objects and arrays, not instances of classes, which guard themselves. */
export function isStructure(value: unknown): value is object {
  if (typeof value !== "object") return false;
  return Array.isArray(value) || isPlainObject(value);
}
