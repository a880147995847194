import {
  agentIdSchema,
  EVENT_TYPES,
  type Event,
  MOST_CAUSES,
  membersOf,
  parseTimestamp,
  simulationIdSchema,
} from "@llm-sim/events/schema";
import { Uint32List } from "./growable.ts";
import { NameTable } from "./name-table.ts";
import { parseUlid, ULID_WORDS } from "./ulid.ts";

/** The event has no agent, or the variable is the world's. */
export const NO_AGENT = 0;
export const NO_VARIABLE = -1;

/** Names that the columns hold as codes. */
export class Names {
  readonly agents = new NameTable((name) => agentIdSchema.safeParse(name).success);
  readonly variables = new NameTable();
  readonly simulations = new NameTable((name) => simulationIdSchema.safeParse(name).success);

  constructor() {
    this.agents.intern(""); // NO_AGENT; no agent is called that
  }
}

/** What the index takes from one event; filled again for each. */
export class EventFields {
  readonly id: Uint32Array = new Uint32Array(ULID_WORDS);
  /** Microseconds since 1970. */
  time = 0;
  /** What other hands write of a time past its microsecond; 0 to 999. */
  nanoseconds = 0;
  turn = 0;
  /** Index into EVENT_TYPES. */
  kind = 0;
  agent = NO_AGENT;
  readonly causes: Uint32Array = new Uint32Array(MOST_CAUSES * ULID_WORDS);
  causeCount = 0;
  /** Agents that take part or that it is about, besides its own. */
  readonly involved = new Uint32List();
  /** Of a STATE event, else NO_VARIABLE. */
  variable = NO_VARIABLE;
  /** Of a SYSTEM event: whether it may say that something is missing from the log. */
  mayTellLoss = false;

  involve(agent: number): void {
    if (agent !== this.agent && !this.involved.has(agent)) this.involved.push(agent);
  }
}

/** By kind: what names agents besides its own. */
const NAMING_AGENTS = EVENT_TYPES.map((kind) =>
  membersOf(kind)
    .filter(({ form, isOwn }) => isOwn && (form === "agent" || form === "agents"))
    .map(({ name }) => name),
);

/** Takes the fields from a parsed event; `false` where its timestamp is no moment. */
export function fieldsOf(event: Event, names: Names, fields: EventFields): boolean {
  const time = parseTimestamp(event.timestamp);
  if (time === undefined || !parseUlid(event.event_id, fields.id, 0)) return false;
  fields.time = time;
  fields.turn = event.turn_number;
  fields.kind = EVENT_TYPES.indexOf(event.event_type);
  fields.agent = typeof event.agent_id === "string" ? names.agents.intern(event.agent_id) : NO_AGENT;
  const causes = event.caused_by ?? [];
  fields.causeCount = 0;
  for (const cause of causes) {
    if (parseUlid(cause, fields.causes, fields.causeCount * ULID_WORDS)) fields.causeCount++;
  }
  fields.involved.length = 0;
  fields.variable = NO_VARIABLE;
  const members: Readonly<Record<string, unknown>> = event;
  for (const name of NAMING_AGENTS[fields.kind] ?? []) {
    for (const agent of [members[name]].flat())
      if (typeof agent === "string") fields.involve(names.agents.intern(agent));
  }
  if (event.event_type === "STATE") fields.variable = names.variables.intern(event.variable_name);
  return true;
}
