import type { EventHandle } from "@llm-sim/events";
import { recordOfHandle, standInFor } from "@llm-sim/events/recall";
import { eventIdSchema, type JsonValue, jsonValueSchema } from "@llm-sim/events/schema";
import * as z from "zod";

/** What handles stand for, as a file keeps it. Handles are numbered from 1; 0 stands for no handle. */
export const keptHandlesSchema = z.object({
  /** Ids of events, without what is in `blocks`: by number, a blank between two; `-` where the handle is among `stand_ins`. */
  events: z.string(),
  /** What many ids begin with; the last four characters of an id are in `events`, behind the block's number in base 36. */
  blocks: z.array(z.string()),
  /** By number: the events that led to one that is not on record, and how many more did. */
  stand_ins: z.array(z.tuple([z.int().min(1), z.array(eventIdSchema), z.int().min(0)])),
  /** What many have in common, by number from 0: names of variables, of keys. */
  shapes: z.array(jsonValueSchema),
});
export type KeptHandles = z.infer<typeof keptHandlesSchema>;

const STAND_IN = "-";
const BASE = 36;
/** Characters that differ in ids of one block. */
const COUNTER = 4;

/** Gives handles numbers, so that a thousand agents' take little room in a file. */
export class HandleTable {
  readonly #numbers = new Map<EventHandle, number>();
  readonly #events: string[] = [];
  readonly #blocks = new Map<string, number>();
  readonly #standIns: KeptHandles["stand_ins"] = [];
  readonly #shapes = new Map<string, number>();

  numberOf(handle: EventHandle | undefined): number {
    if (!handle) return 0;
    const known = this.#numbers.get(handle);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(handle, number);
    const { event_ids, isStandIn, omitted } = recordOfHandle(handle);
    if (isStandIn) {
      this.#events.push(STAND_IN);
      this.#standIns.push([number, [...event_ids], omitted]);
    } else {
      const [id = ""] = event_ids;
      const block = id.slice(0, -COUNTER);
      const at = this.#blocks.get(block) ?? this.#blocks.size;
      this.#blocks.set(block, at);
      this.#events.push(at.toString(BASE) + id.slice(-COUNTER));
    }
    return number;
  }

  shape(shape: JsonValue): number {
    const text = JSON.stringify(shape);
    const known = this.#shapes.get(text);
    if (known !== undefined) return known;
    this.#shapes.set(text, this.#shapes.size);
    return this.#shapes.size - 1;
  }

  kept(): KeptHandles {
    return {
      events: this.#events.join(" "),
      blocks: [...this.#blocks.keys()],
      stand_ins: this.#standIns,
      shapes: [...this.#shapes.keys()].map((text): JsonValue => JSON.parse(text)),
    };
  }
}

/** The handles of a run that goes on, by the numbers that a table gave them. */
export class NumberedHandles {
  readonly #ids: readonly (string | undefined)[];
  readonly #standIns: ReadonlyMap<number, readonly [ids: readonly string[], omitted: number]>;
  readonly #shapes: readonly JsonValue[];
  /** By the id of the event; `undefined` until that is found. */
  readonly #byId = new Map<string, EventHandle | undefined>();
  readonly #made = new Map<number, EventHandle>();

  constructor({ events, blocks, stand_ins, shapes }: KeptHandles) {
    this.#ids = idsIn(events, blocks);
    this.#standIns = new Map(stand_ins.map(([number, ids, omitted]) => [number, [ids, omitted]]));
    this.#shapes = shapes;
    for (const id of this.#ids) if (id !== undefined) this.#byId.set(id, undefined);
    for (const [, ids] of stand_ins) for (const id of ids) this.#byId.set(id, undefined);
  }

  /** Whether there is a handle that stands for this event. */
  wants(eventId: string): boolean {
    return this.#byId.has(eventId);
  }

  found(eventId: string, handle: EventHandle): void {
    this.#byId.set(eventId, handle);
  }

  /** An event that was not found. */
  get missing(): string | undefined {
    for (const [id, handle] of this.#byId) if (!handle) return id;
    return undefined;
  }

  /** @throws Error where there is no such number */
  at(number: number): EventHandle | undefined {
    if (number === 0) return undefined;
    const known = this.#made.get(number);
    if (known) return known;
    const handle = this.#handle(number);
    this.#made.set(number, handle);
    return handle;
  }

  #handle(number: number): EventHandle {
    const standIn = this.#standIns.get(number);
    if (standIn) {
      const [ids, omitted] = standIn;
      return standInFor(
        ids.map((id) => this.#event(id)),
        omitted,
      );
    }
    return this.#event(this.#ids[number - 1] ?? `number ${number}`);
  }

  #event(id: string): EventHandle {
    const handle = this.#byId.get(id);
    if (!handle) throw new Error(`There is no event ${id} in the log.`);
    return handle;
  }

  shape(number: number): JsonValue | undefined {
    return this.#shapes[number];
  }
}

function idsIn(events: string, blocks: readonly string[]): (string | undefined)[] {
  return (events === "" ? [] : events.split(" ")).map((token) => {
    if (token === STAND_IN) return undefined;
    const block = blocks[Number.parseInt(token.slice(0, -COUNTER), BASE)];
    return `${block}${token.slice(-COUNTER)}`;
  });
}
