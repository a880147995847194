import {
  type Event,
  type EventType,
  type JsonValue,
  jsonValueSchema,
  membersOf,
  type OwnMember,
} from "@llm-sim/events/schema";

/** A member of an event, as a reader is told of it. */
export type EventField = { title: string } & (
  | { form: "agent"; agent: string }
  | { form: "agents"; agents: readonly string[] }
  | { form: "text"; text: string }
  | { form: "json"; value: JsonValue }
);

/** What a reader calls the members that kinds have of their own. */
const TITLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    milestone_type: "Milestone",
    name: "Phase",
    decision_type: "Decision",
    old_value: "Before",
    new_value: "After",
    action_type: "Action",
    action_payload: "Payload",
    interaction_type: "Interaction",
    participating_agent_ids: "Taking part",
    variable_name: "Variable",
    scope: "Scope",
    change: "Change",
    calculation_type: "Calculation",
    intermediate_values: "Intermediate values",
    status: "Status",
    error_type: "Error",
    retry_count: "Retry",
    subject_agent_id: "Concerns",
  } satisfies Record<OwnMember, string>),
);
/** And whose the event is, where it is not simply an agent's doing. */
const OWNER_TITLES: Readonly<Partial<Record<EventType, string>>> = { STATE: "Of", DETAIL: "For" };
/** Shown in ways of their own: the change as one, the world for an agent, what a SYSTEM event says in its colour. */
const APART: ReadonlySet<string> = new Set(["old_value", "new_value", "scope", "status", "error_type"]);

/** Whose the event is, and what its kind says of it, in the order of its line. */
export function eventFields(event: Event): EventField[] {
  const values: Readonly<Record<string, unknown>> = event;
  const fields = membersOf(event.event_type).flatMap(({ name, form, isOwn }): EventField[] => {
    const value = values[name];
    if (!isOwn || APART.has(name) || value === undefined) return [];
    const title = TITLES.get(name) ?? name;
    if (typeof value === "string") {
      if (form === "agent") return [{ title, form, agent: value }];
      return value === "" ? [] : [{ title, form: "text", text: value }];
    }
    if (typeof value === "number") return [{ title, form: "text", text: String(value) }];
    if (form === "agents" && Array.isArray(value)) return [{ title, form, agents: value.map(String) }];
    return [{ title, form: "json", value: jsonValueSchema.parse(value) }];
  });
  return [...ownerOf(event), ...fields];
}

function ownerOf(event: Event): EventField[] {
  const { event_type, agent_id: agent } = event;
  const title = OWNER_TITLES[event_type] ?? "Agent";
  if (typeof agent === "string") return [{ title, form: "agent", agent }];
  return event_type === "STATE" ? [{ title, form: "text", text: "the world" }] : [];
}
