import type { MemoryKind } from "@llm-sim/events/run";
import { valueText } from "@llm-sim/events/words";
import type { RunningAgent } from "../roster/index.ts";

/** After the first turn so many agents are looked at in each, in their order: a thousand cost no more than these. */
const AGENTS_AT_ONCE = 64;
const MAX_TEXT = 40;

/** Code whose fields are looked at. */
interface Keeper {
  of: "engine" | "validator" | "agent";
  /** Of an agent, as the config names it. */
  type: string;
  code: object;
  declared: MemoryKind;
  agentId?: string;
}

/** A field that was seen to change from the end of one turn to that of another. */
export interface KeptField {
  /** As run.json.causes has it: `engine`, `validator`, or a type of agents. */
  of: string;
  field: string;
  declared: MemoryKind;
  agentId: string | undefined;
  /** It contradicts what the class declares: the field holds another value, rather than more in the same list or map. */
  isContradiction: boolean;
  /** For a person, one line. */
  message: string;
}

/** The fields of one piece of code, as they were when it was last looked at. */
interface Seen {
  turn: number;
  fields: string[];
  /** By field. */
  values: unknown[];
  sizes: (number | undefined)[];
}

/**
 * Looks at the end of each turn whether engine, validator and agents keep something in fields of their own, where no read of it is
 * noted. Each field is told of once. Fields that are #private cannot be seen.
 */
export class KeptFields {
  readonly #keepers: readonly Keeper[];
  readonly #seen = new WeakMap<object, Seen>();
  readonly #reported = new Set<string>();
  #next = 0;
  #isFirst = true;

  constructor(engine: object, validator: object, memories: { engine: MemoryKind; validator: MemoryKind }) {
    this.#keepers = [
      { of: "engine", type: "engine", code: engine, declared: memories.engine },
      { of: "validator", type: "validator", code: validator, declared: memories.validator },
    ];
  }

  /** What is seen now for the first time. */
  look(turn: number, agents: readonly RunningAgent[]): KeptField[] {
    const found: KeptField[] = [];
    for (const keeper of this.#keepers) this.#compare(keeper, turn, found);
    const count = this.#isFirst ? agents.length : Math.min(agents.length, AGENTS_AT_ONCE);
    this.#isFirst = false;
    for (let step = 0; step < count; step++) {
      this.#next = this.#next >= agents.length ? 0 : this.#next;
      const running = agents[this.#next++];
      if (!running) break;
      const { agent, type, memoryKind, id } = running;
      this.#compare({ of: "agent", type, code: agent, declared: memoryKind, agentId: id }, turn, found);
    }
    return found;
  }

  /** Whether nobody was seen to keep anything: not so far, and not in this turn. */
  seesNothing(agents: readonly RunningAgent[]): boolean {
    return (
      this.#reported.size === 0 &&
      this.#keepers.every(({ code }) => this.#isAsSeen(code)) &&
      agents.every(({ agent }) => this.#isAsSeen(agent))
    );
  }

  #isAsSeen(code: object): boolean {
    const seen = this.#seen.get(code);
    if (!seen) return true;
    const fields = Object.keys(code);
    if (!isSameList(seen.fields, fields)) return false;
    return fields.every((field, at) => {
      const value = fieldOf(code, field);
      return Object.is(seen.values[at], value) && sizeOf(value) === seen.sizes[at];
    });
  }

  #compare(keeper: Keeper, turn: number, found: KeptField[]): void {
    const { code, declared } = keeper;
    if (declared === "outside") return; // it says so
    const fields = Object.keys(code);
    if (fields.length === 0) return;
    const seen = this.#seen.get(code);
    if (!seen) {
      const values = fields.map((field) => fieldOf(code, field));
      this.#seen.set(code, { turn, fields, values, sizes: values.map(sizeOf) });
      return;
    }
    if (!isSameList(seen.fields, fields)) realign(seen, fields);
    // In place: all that is looked at is looked at every turn.
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] ?? "";
      const value = fieldOf(code, field);
      const old = seen.values[at];
      const size = sizeOf(value);
      const isOther = !Object.is(old, value);
      if (!isOther && size === seen.sizes[at]) continue;
      seen.values[at] = value;
      seen.sizes[at] = size;
      if (typeof value !== "function") this.#tell(keeper, field, old, value, isOther, seen.turn, turn, found);
    }
    seen.turn = turn;
  }

  #tell(
    keeper: Keeper,
    field: string,
    old: unknown,
    now: unknown,
    isOther: boolean,
    before: number,
    turn: number,
    found: KeptField[],
  ): void {
    const key = `${keeper.type} ${field}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const { type, declared, agentId } = keeper;
    const change = isOther
      ? `it was ${text(old)} at the end of turn ${before} and ${text(now)} at that of turn ${turn}`
      : `there was more or less in it at the end of turn ${turn} than at that of turn ${before}`;
    const isDeclared = declared !== "unknown";
    const although = isDeclared ? `, although it declares static memory = ${JSON.stringify(declared)}` : "";
    found.push({
      of: type,
      field,
      declared,
      agentId,
      isContradiction: isDeclared && isOther,
      message: `${whose(keeper)} keeps something in its field ${field} from turn to turn${although} (${change}): what is read of it is among no causes. ${WHAT_TO_DO[keeper.of]}`,
    });
  }
}

const WHAT_TO_DO = {
  engine: 'Keep it in the world, or declare static memory = "outside".',
  validator: 'Ask the world instead, or declare static memory = "outside".',
  agent: 'Keep it in context.memory and declare static memory = "tracked", or declare "outside".',
} as const;

function whose({ of, type, code, agentId }: Keeper): string {
  const name = code.constructor.name;
  if (of !== "agent") return `The ${of} ${name}`;
  return `${agentId} (${type.endsWith(name) ? type : `${type}, class ${name}`})`;
}

/** A getter may run code of the author's, which is not to be run for this. */
function fieldOf(code: object, field: string): unknown {
  return Object.getOwnPropertyDescriptor(code, field)?.value;
}

/** The code has other fields than when it was last looked at: those that are new were `undefined`. */
function realign(seen: Seen, fields: string[]): void {
  const places = fields.map((field) => seen.fields.indexOf(field));
  seen.values = places.map((place) => seen.values[place]);
  seen.sizes = places.map((place) => seen.sizes[place]);
  seen.fields = fields;
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : undefined;
}

function text(value: unknown): string {
  if (typeof value === "string") return valueText(value, MAX_TEXT);
  if (Array.isArray(value)) return "another array";
  return typeof value === "object" && value !== null ? "another object" : String(value);
}
