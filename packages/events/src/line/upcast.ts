import {
  agentIdSchema,
  allMembers,
  EVENT_TYPES,
  type EventType,
  formatTimestamp,
  type JsonObject,
  type JsonValue,
  MAX_DESCRIPTION_LENGTH,
  MEMBER_ROLES,
  MILESTONE_TYPES,
  membersOf,
  mostCausesOf,
  parseTimestamp,
  SYSTEM_STATUSES,
} from "../schema/index.ts";
import { shorten } from "../words/index.ts";
import { isEvent } from "./is-event.ts";

/** What of a kind's members matters here, by their names. */
interface KindNames {
  /** Inside `details` there, at the top level here. */
  lifted: readonly string[];
  /** Where `null` there says no more than that they are absent. */
  absentIfNull: readonly string[];
  /** Lists of agents, of which one alone is none. */
  agents: readonly string[];
}

const namesOf = (members: readonly { name: string }[]): string[] => members.map(({ name }) => name);
const NULL_IS_A_VALUE = new Set(namesOf(allMembers().filter((member) => member.isNullAValue)));
/** Of agents' ids, which in some logs of that dialect are numbers. */
const AGENT = namesOf(allMembers().filter((member) => member.form === "agent"));
const AGENTS = namesOf(allMembers().filter((member) => member.form === "agents"));
/** What every kind, or every kind but some, may lack. */
const OFTEN_ABSENT = namesOf(allMembers().filter((member) => !member.isOwn)).filter((name) =>
  EVENT_TYPES.some((kind) => !membersOf(kind).some((member) => member.name === name && member.isRequired)),
);
const KINDS: ReadonlyMap<string, KindNames> = new Map(EVENT_TYPES.map((kind) => [kind, kindNames(kind)]));
/** Under this name the original's orchestrator records what an agent does; its emitter writes the kind's own. */
const OTHER_NAME = "action_name";

/**
 * Brings a line of the Python `llm-sim` to today's event. Pure; what needs no change is returned as it is, the very
 * object. The result may still be no event: it is for the caller to check.
 *
 * | there | here |
 * | --- | --- |
 * | `null` for a field that is absent | absent (`old_value` and `new_value` excepted, where `null` is a value) |
 * | a kind's fields inside `details` | at the top level; what else `details` holds stays, an emptied one goes |
 * | `event_type: "ENV"` | `STATE` |
 * | ACTION (or DECISION) with `details.action_name` and no type | `action_type` (`decision_type`) |
 * | an agent's id that is a number | its digits |
 * | SYSTEM with `details.system_event_type` of a run's course (`turn_start`, …) | MILESTONE of that `milestone_type` |
 * | any other SYSTEM, without a `status` that there is today | `status` from `error_type`: `failure` where there is one, else `success` |
 * | `2025-10-05T10:15:00+00:00`, any offset, any number of digits | `2025-10-05T10:15:00.000000Z` |
 * | `agent_id` on SYSTEM | `subject_agent_id` |
 * | `agent_id` on MILESTONE or on a STATE of `scope: "global"` | `details.agent_id` |
 * | STATE without `scope` | `agent` where it has an `agent_id`, else `global` |
 * | STATE of `scope: "agent"` without an agent, or of another scope | `global`, with the old one in `details.scope` |
 * | ACTION without `action_payload`, DETAIL without `intermediate_values` | `{}`; one that is no object: `{ "value": … }` |
 * | STATE without `old_value` or `new_value` | `null` |
 * | fewer than two `participating_agent_ids` | `details.participating_agent_ids` |
 * | a cause named twice, more than its kind may name, an empty list | once, the first of them and `causes_omitted`, absent |
 * | a `description` above 500 characters | cut, named in `lossy`, whole in `details.description` |
 */
export function upcast(source: JsonObject): JsonObject {
  if (isEvent(source)) return source;
  const line = new Line(source);
  const kind = line.kind();
  const names = kind === undefined ? undefined : KINDS.get(kind);
  if (kind === undefined || names === undefined) return source;
  line.dropNulls(names.absentIfNull);
  line.timestamp();
  line.causes();
  line.lift(names.lifted);
  line.agents();
  line.finish(kind, names);
  line.description();
  return line.result();
}

/** The line while it is worked on; maps, so that a field called `__proto__` is one like any other. */
class Line {
  readonly #source: JsonObject;
  readonly #fields: Map<string, JsonValue>;
  readonly #details: Map<string, JsonValue>;
  #changed = false;

  constructor(source: JsonObject) {
    this.#source = source;
    this.#fields = new Map(Object.entries(source));
    this.#details = new Map(isObject(source.details) ? Object.entries(source.details) : []);
  }

  /** Today's kind, already entered; `undefined` where the line has none. */
  kind(): EventType | undefined {
    const type = this.#fields.get("event_type");
    const course = this.#details.get("system_event_type");
    if (type === "ENV") return this.#become("STATE");
    if (type === "SYSTEM" && MILESTONE_TYPES.some((milestone) => milestone === course)) {
      this.#details.delete("system_event_type");
      this.#set("milestone_type", course ?? null);
      return this.#become("MILESTONE");
    }
    return typeof type === "string" && isKind(type) ? type : undefined;
  }

  dropNulls(names: readonly string[]): void {
    for (const name of names) if (this.#fields.get(name) === null) this.#delete(name);
  }

  timestamp(): void {
    const text = this.#fields.get("timestamp");
    const microseconds = typeof text === "string" ? parseTimestamp(text) : undefined;
    if (microseconds === undefined) return;
    const formatted = formatTimestamp(microseconds);
    if (formatted !== text) this.#set("timestamp", formatted);
  }

  causes(): void {
    const causes = this.#fields.get("caused_by");
    if (!Array.isArray(causes)) return;
    const once = [...new Set(causes)];
    const most = mostCausesOf(this.#fields.get("event_type"));
    if (once.length === 0) this.#delete("caused_by");
    else if (once.length > most) {
      this.#set("caused_by", once.slice(0, most));
      this.#set("causes_omitted", once.length - most);
    } else if (once.length < causes.length) this.#set("caused_by", once);
  }

  lift(names: readonly string[]): void {
    for (const name of names) {
      const value = this.#details.get(name);
      if (value === undefined || this.#fields.has(name)) continue;
      this.#details.delete(name);
      if (value !== null || NULL_IS_A_VALUE.has(name)) this.#set(name, value);
      this.#changed = true;
    }
  }

  agents(): void {
    for (const name of AGENT) {
      const value = this.#fields.get(name);
      const text = agentText(value);
      if (text !== undefined && text !== value) this.#set(name, text);
    }
    for (const name of AGENTS) {
      const agents = this.#fields.get(name);
      if (!Array.isArray(agents)) continue;
      const texts = agents.map((value) => agentText(value) ?? value);
      if (texts.some((text, index) => text !== agents[index])) this.#set(name, texts);
    }
  }

  finish(kind: EventType, { agents }: KindNames): void {
    const { name, payload } = MEMBER_ROLES[kind];
    if (kind === "SYSTEM") this.#system();
    else if (kind === "STATE") this.#state();
    else if (kind === "MILESTONE") this.#moveToDetails("agent_id");
    else if (kind === "DECISION" || kind === "ACTION") this.#nameBy(name);
    if (payload !== undefined) this.#object(payload);
    for (const list of agents) {
      const ids = this.#fields.get(list);
      if (Array.isArray(ids) && ids.length < 2) this.#moveToDetails(list);
    }
  }

  description(): void {
    const text = this.#fields.get("description");
    if (typeof text !== "string" || text.length <= MAX_DESCRIPTION_LENGTH) return;
    if (!this.#details.has("description")) this.#details.set("description", text);
    this.#set("description", shorten(text, MAX_DESCRIPTION_LENGTH));
    const lossy = this.#fields.get("lossy");
    this.#set("lossy", [...(Array.isArray(lossy) ? lossy : []), "/description"]);
  }

  result(): JsonObject {
    if (!this.#changed) return this.#source;
    const before = this.#source.details;
    if (this.#details.size > 0) this.#fields.set("details", Object.fromEntries(this.#details));
    else if (isObject(before) && Object.keys(before).length > 0) this.#fields.delete("details");
    return Object.fromEntries(this.#fields);
  }

  #system(): void {
    if (!SYSTEM_STATUSES.some((status) => status === this.#fields.get("status")))
      this.#moveToDetails("status");
    this.#default("status", this.#fields.has("error_type") ? "failure" : "success");
    const agentId = this.#fields.get("agent_id");
    if (!agentIdSchema.safeParse(agentId).success || this.#fields.has("subject_agent_id")) {
      this.#moveToDetails("agent_id");
      return;
    }
    this.#delete("agent_id");
    this.#set("subject_agent_id", agentId ?? null);
  }

  #state(): void {
    this.#default("old_value", null);
    this.#default("new_value", null);
    const hasAgent = this.#fields.has("agent_id");
    const scope = this.#fields.get("scope");
    if (scope === undefined) this.#set("scope", hasAgent ? "agent" : "global");
    else if (scope !== "global" && !(scope === "agent" && hasAgent)) {
      this.#moveToDetails("scope");
      this.#set("scope", "global");
    }
    if (this.#fields.get("scope") === "global") this.#moveToDetails("agent_id");
  }

  #become(kind: EventType): EventType {
    this.#set("event_type", kind);
    return kind;
  }

  #default(name: string, value: JsonValue): void {
    if (!this.#fields.has(name)) this.#set(name, value);
  }

  #nameBy(name: string): void {
    const other = this.#details.get(OTHER_NAME);
    if (this.#fields.has(name) || typeof other !== "string") return;
    this.#details.delete(OTHER_NAME);
    this.#set(name, other);
  }

  #object(name: string): void {
    const value = this.#fields.get(name);
    if (value === undefined) this.#set(name, {});
    else if (!isObject(value)) this.#set(name, { value });
  }

  #moveToDetails(name: string): void {
    const value = this.#fields.get(name);
    if (value === undefined) return;
    this.#delete(name);
    if (!this.#details.has(name)) this.#details.set(name, value);
  }

  #set(name: string, value: JsonValue): void {
    this.#fields.set(name, value);
    this.#changed = true;
  }

  #delete(name: string): void {
    this.#fields.delete(name);
    this.#changed = true;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number that a double does not hold would name another agent: it stays what it is. */
function agentText(value: JsonValue | undefined): string | undefined {
  return typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : undefined;
}

function isKind(type: string): type is EventType {
  return EVENT_TYPES.some((known) => known === type);
}

function kindNames(kind: EventType): KindNames {
  const lifted = namesOf(membersOf(kind).filter((member) => member.isOwn));
  return {
    lifted,
    absentIfNull: [...OFTEN_ABSENT, ...lifted.filter((name) => !NULL_IS_A_VALUE.has(name))],
    agents: lifted.filter((name) => AGENTS.includes(name)),
  };
}
