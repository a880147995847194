import { type KnownAgents, VariableMap, variableText } from "@llm-sim/events/naming";
import type { JsonValue, StateEvent } from "@llm-sim/events/schema";
import { canonicalJson } from "@llm-sim/events/state";
import type { Gap } from "../answers/index.ts";
import { turnsText } from "./hole.ts";

/** One write of a variable, as it is checked. */
export interface CheckedWrite {
  agent_id?: string | undefined;
  variable_name: string;
  event_id: string;
  turn: number;
  old_value: JsonValue;
  /** `undefined` where the variable went. */
  new_value: JsonValue | undefined;
  change?: StateEvent["change"];
  lossy?: readonly string[] | undefined;
}

interface Last {
  value: JsonValue | undefined;
  turn: number;
  isAltered: boolean;
}

/** Reads along with the writes that an answer is made from: whether each follows from the one before it, and whether its value is whole. */
export class WriteCheck {
  readonly #contradicted: { write: CheckedWrite; last: Last }[] = [];
  readonly #altered: AlteredWrite[] = [];
  readonly #last = new VariableMap<Last>();

  contradictions(known: KnownAgents): Gap[] {
    return this.#contradicted.map(({ write, last }) => contradictionGap(write, last, known));
  }

  altered(known: KnownAgents): Gap[] {
    return this.#altered.map((write) => alteredGap(write, known));
  }

  /** A write that the answer takes its value from; of one variable in the order of the log. */
  write(write: CheckedWrite): void {
    this.follows(write);
    this.stands(write);
  }

  /** A value that the answer holds, whatever went before it. */
  stands(
    write: Pick<CheckedWrite, "agent_id" | "variable_name" | "event_id" | "turn" | "new_value" | "lossy">,
  ): void {
    const { agent_id, variable_name, turn, new_value } = write;
    const isAltered = concerns(write.lossy, "/new_value");
    if (isAltered) this.#altered.push(write);
    this.#last.set(agent_id, variable_name, { value: new_value, turn, isAltered });
  }

  /** A write that only shows what went before it. */
  follows(write: CheckedWrite): void {
    const last = this.#last.get(write.agent_id, write.variable_name);
    if (last === undefined || last.isAltered || concerns(write.lossy, "/old_value")) return;
    const before = write.change === "added" ? undefined : write.old_value;
    if (isSame(before, last.value) || (last.value === undefined && before === null)) return;
    this.#contradicted.push({ write, last });
  }
}

/** Whether the pointers name the member or something in it. */
export function concerns(lossy: readonly string[] | undefined, member: string): boolean {
  return lossy?.some((pointer) => pointer === member || pointer.startsWith(`${member}/`)) ?? false;
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  return canonicalJson(left) === canonicalJson(right);
}

function contradictionGap(write: CheckedWrite, last: Last, known: KnownAgents): Gap {
  const before = write.change === "added" ? "not there" : valueText(write.old_value);
  const was = last.value === undefined ? "it was removed" : `it was ${valueText(last.value)}`;
  return {
    kind: "contradiction",
    message: `${label(write, known)} was ${before} before it was written in turn ${write.turn}, and ${was} in turn ${last.turn}: a change of ${turnsText([last.turn, write.turn])} is not in the log.`,
    turn_start: last.turn,
    turn_end: write.turn,
    event_id: write.event_id,
    variable: write.variable_name,
    ...(write.agent_id === undefined ? {} : { agent_id: write.agent_id }),
    needed: "the write before it",
  };
}

type AlteredWrite = Pick<CheckedWrite, "agent_id" | "variable_name" | "event_id" | "turn">;

export function alteredGap(write: AlteredWrite, known: KnownAgents): Gap {
  return {
    kind: "lossy",
    message: `The value of ${label(write, known)} of turn ${write.turn} was altered, or left out for its size, to be recorded: until it is written again it is not known as it was.`,
    turn_start: write.turn,
    turn_end: write.turn,
    event_id: write.event_id,
    variable: write.variable_name,
    ...(write.agent_id === undefined ? {} : { agent_id: write.agent_id }),
    needed: "a greater max_event_size, or a value that JSON carries",
  };
}

function label({ agent_id, variable_name }: AlteredWrite, known: KnownAgents): string {
  return variableText({ agent_id, variable_name }, known);
}

const MAX_TEXT = 60;

function valueText(value: JsonValue): string {
  const text = canonicalJson(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
