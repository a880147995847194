import type { Gap } from "@llm-sim/api";
import { type KnownAgents, type VariableId, VariableMap, variableText } from "@llm-sim/events/naming";
import type { JsonValue, StateEvent } from "@llm-sim/events/schema";
import { isSameJson } from "@llm-sim/events/state";
import { valueText } from "@llm-sim/events/words";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { firstGaps, MAX_OF_A_KIND } from "./first-gaps.ts";
import { turnsText } from "./hole.ts";

/** What a write says of its variable, as it is checked. */
export interface WrittenValue {
  turn: number;
  old_value: JsonValue;
  /** `undefined` where the variable went. */
  new_value: JsonValue | undefined;
  change?: StateEvent["change"];
  lossy?: readonly string[] | undefined;
}

/** One write of a variable. */
export interface CheckedWrite extends WrittenValue, Partial<Pick<VariableId, "agent_id">> {
  variable_name: string;
  event_id: string;
}

/** An event's id, or its row: ids are costly where nobody asks for them. */
type EventPlace = string | number;

interface Altered {
  variable: VariableId;
  turn: number;
  at: EventPlace;
}

interface Contradiction extends Altered {
  /** In words. */
  before: string;
  last: { turn: number; value: string };
}

/** Where ids and agents are looked up. */
type Known = Pick<RunView, "agents" | "index">;

/**
 * Reads along with the writes that an answer is made from: whether each follows from the one before it, and whether its value is
 * whole. What is held is the last value of each variable, and the first things found.
 */
export class WriteCheck {
  readonly #found: Found = { contradicted: [], contradictions: 0, altered: [], alterations: 0 };
  readonly #variables = new VariableMap<VariableCheck>();

  /** @internal */
  contradictions({ agents, index }: Known): Gap[] {
    const { contradicted, contradictions } = this.#found;
    return firstGaps(
      contradicted.map((one) => contradictionGap(one, idAt(index, one.at), agents)),
      contradictions,
    );
  }

  /** @internal */
  altered({ agents, index }: Known): Gap[] {
    const { altered, alterations } = this.#found;
    return firstGaps(
      altered.map(({ variable, turn, at }) =>
        alteredGap({ ...variable, turn, event_id: idAt(index, at) }, agents),
      ),
      alterations,
    );
  }

  /** The writes of one variable, where many are read. */
  variable(agentId: string | undefined, name: string): VariableCheck {
    const known = this.#variables.get(agentId, name);
    if (known !== undefined) return known;
    const fresh = new VariableCheck({ agent_id: agentId, variable_name: name }, this.#found);
    this.#variables.set(agentId, name, fresh);
    return fresh;
  }

  /** A write as it was recorded, that the answer takes its value from. */
  event(event: StateEvent): void {
    this.variable(event.agent_id, event.variable_name).event(event);
  }

  /** A write that the answer takes its value from; of one variable in the order of the log. */
  write(write: CheckedWrite): void {
    this.variable(write.agent_id, write.variable_name).write(write, write.event_id);
  }

  /** A value that the answer holds, whatever went before it. */
  stands(
    write: Pick<CheckedWrite, "agent_id" | "variable_name" | "event_id" | "turn" | "new_value" | "lossy">,
  ): void {
    this.variable(write.agent_id, write.variable_name).stands(write, write.event_id);
  }

  /** A write that only shows what went before it. */
  follows(write: CheckedWrite): void {
    this.variable(write.agent_id, write.variable_name).follows(write, write.event_id);
  }
}

/** The first of each, and how many there are. */
interface Found {
  contradicted: Contradiction[];
  contradictions: number;
  altered: Altered[];
  alterations: number;
}

/** The same for one variable. */
export class VariableCheck {
  readonly #id: VariableId;
  readonly #found: Found;
  #isKnown = false;
  #value: JsonValue | undefined;
  #turn = 0;
  #isAltered = false;

  constructor(id: VariableId, found: Found) {
    this.#id = id;
    this.#found = found;
  }

  event(event: StateEvent): void {
    const { turn_number: turn, old_value, change, lossy } = event;
    const new_value = change === "removed" ? undefined : event.new_value;
    this.write({ turn, old_value, new_value, change, lossy }, event.event_id);
  }

  write(write: WrittenValue, at: EventPlace): void {
    this.follows(write, at);
    this.stands(write, at);
  }

  stands(
    { turn, new_value, lossy }: Pick<WrittenValue, "turn" | "new_value" | "lossy">,
    at: EventPlace,
  ): void {
    this.#isKnown = true;
    this.#value = new_value;
    this.#turn = turn;
    this.#isAltered = concerns(lossy, "/new_value");
    if (!this.#isAltered) return;
    this.#found.alterations++;
    if (this.#found.altered.length < MAX_OF_A_KIND)
      this.#found.altered.push({ variable: this.#id, turn, at });
  }

  follows({ turn, old_value, change, lossy }: WrittenValue, at: EventPlace): void {
    if (!this.#isKnown || this.#isAltered || concerns(lossy, "/old_value")) return;
    const before = change === "added" ? undefined : old_value;
    if (isSameJson(before, this.#value) || (this.#value === undefined && before === null)) return;
    this.#found.contradictions++;
    if (this.#found.contradicted.length === MAX_OF_A_KIND) return;
    this.#found.contradicted.push({
      variable: this.#id,
      turn,
      at,
      before: before === undefined ? "not there" : valueText(before),
      last: {
        turn: this.#turn,
        value: this.#value === undefined ? "it was removed" : `it was ${valueText(this.#value)}`,
      },
    });
  }
}

function idAt(index: RunIndex, at: EventPlace): string {
  return typeof at === "string" ? at : index.idOf(at);
}

/** Whether the pointers name the member or something in it. */
export function concerns(lossy: readonly string[] | undefined, member: string): boolean {
  return lossy?.some((pointer) => pointer === member || pointer.startsWith(`${member}/`)) ?? false;
}

function contradictionGap(
  { variable, turn, before, last }: Contradiction,
  event_id: string,
  known: KnownAgents,
): Gap {
  return {
    kind: "contradiction",
    message: `${variableText(variable, known)} was ${before} before it was written in turn ${turn}, and ${last.value} in turn ${last.turn}: a change of ${turnsText([last.turn, turn])} is not in the log.`,
    turn_start: last.turn,
    turn_end: turn,
    event_id,
    variable: variable.variable_name,
    ...(variable.agent_id === undefined ? {} : { agent_id: variable.agent_id }),
    needed: "the write before it",
  };
}

type AlteredWrite = Pick<CheckedWrite, "agent_id" | "variable_name" | "event_id" | "turn">;

export function alteredGap(
  { agent_id, variable_name, event_id, turn }: AlteredWrite,
  known: KnownAgents,
): Gap {
  return {
    kind: "lossy",
    message: `The value of ${variableText({ agent_id, variable_name }, known)} of turn ${turn} was altered, or left out for its size, to be recorded: until it is written again it is not known as it was.`,
    turn_start: turn,
    turn_end: turn,
    event_id,
    variable: variable_name,
    ...(agent_id === undefined ? {} : { agent_id }),
    needed: "a greater max_event_size, or a value that JSON carries",
  };
}
