import type { EventHandle } from "@llm-sim/events";
import { keyText } from "@llm-sim/events/naming";
import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import * as z from "zod";
import type { HandleTable, NumberedHandles } from "../handles/index.ts";
import { isPlainObject } from "../world/index.ts";

/** What wrote a part of the state last, by the name of a variable in it. */
interface PartWrites {
  value(name: string): EventHandle | undefined;
  presence(name: string, isThere: boolean, noter: { add(write: EventHandle | undefined): void }): void;
}

/** What was read: its name, whether it is an object, and how many events wrote it. */
const readSchema = z.array(z.tuple([z.string(), z.boolean(), z.int().min(0)]));

/** The name of the part itself. */
const PART = "";

/**
 * What an agent's code read of `setup.initial_state`: it may keep that, so that whatever it decides rests on how its part of the
 * state began. Shown as plain objects with accessors, which can be cloned and spread as proxies cannot; of keys and of what is not
 * there, the coming of the object tells that they would be in.
 */
export class Beginning {
  /** By name what was read, with the events that wrote it, once there are any. */
  readonly #read = new Map<string, { isNode: boolean; writes: readonly EventHandle[] }>();
  #part: PartWrites | undefined;
  #writes: readonly EventHandle[] | undefined;

  show(initialState: JsonObject): JsonObject {
    this.#note(PART, true);
    return this.#shown(initialState, PART);
  }

  /** The agent's part of the state is on record as it began. */
  recorded(part: PartWrites): void {
    this.#part = part;
    for (const [name, { isNode }] of this.#read) this.#note(name, isNode);
  }

  /** What was read, as a checkpoint keeps it: the number of the names, and the handles of what wrote it. */
  kept(table: HandleTable): [shape: number, ...handles: number[]] {
    const shape = table.shape(
      Array.from(this.#read, ([name, { isNode, writes }]) => [name, isNode, writes.length]),
    );
    const handles: number[] = [];
    for (const { writes } of this.#read.values())
      for (const write of writes) handles.push(table.numberOf(write));
    return [shape, ...handles];
  }

  /** Goes on from what was kept. @param part what wrote the agent's part of the state */
  goOn(
    [shape, ...handles]: readonly [number, ...number[]],
    numbered: NumberedHandles,
    part: PartWrites,
  ): void {
    this.#part = part;
    this.#writes = undefined;
    this.#read.clear();
    let at = 0;
    for (const [name, isNode, count] of readSchema.parse(numbered.shape(shape))) {
      const writes = handles.slice(at, at + count).flatMap((number) => numbered.at(number) ?? []);
      this.#read.set(name, { isNode, writes });
      at += count;
    }
  }

  /** The events that wrote what was read. */
  get writes(): readonly EventHandle[] {
    this.#writes ??= [...new Set([...this.#read.values()].flatMap(({ writes }) => writes))];
    return this.#writes;
  }

  #shown(node: JsonObject, name: string): JsonObject {
    const shown: JsonObject = {};
    for (const key of Object.keys(node)) {
      const below = name === PART ? keyText(key) : `${name}.${keyText(key)}`;
      let value: JsonValue | undefined;
      Object.defineProperty(shown, key, {
        enumerable: true,
        configurable: true,
        get: () => {
          const member = node[key];
          const isNode = isPlainObject(member);
          this.#note(below, isNode);
          value ??= isNode ? this.#shown(member, below) : member;
          return value;
        },
        set: (own: JsonValue) => {
          Object.defineProperty(shown, key, {
            value: own,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        },
      });
    }
    return shown;
  }

  #note(name: string, isNode: boolean): void {
    // Read again by whoever kept the object: it shows what it showed before.
    if (this.#read.get(name)?.writes.length) return;
    const writes: EventHandle[] = [];
    const add = (write: EventHandle | undefined) => {
      if (write) writes.push(write);
    };
    if (isNode) this.#part?.presence(name, true, { add });
    else add(this.#part?.value(name));
    this.#read.set(name, { isNode, writes });
    this.#writes = undefined;
  }
}
