import type { EventHandle, Scope } from "@llm-sim/events";
import { keyText } from "@llm-sim/events/naming";
import { SYSTEM_STATUSES } from "@llm-sim/events/schema";
import type { LastValues } from "./last-values.ts";
import { isRecord, Unusable } from "./record.ts";
import type { Translated } from "./translate.ts";

/**
 * Records the event, or events, of a record.
 *
 * @param details what is kept besides the fields
 * @throws InvalidEventError, Unusable
 */
export function emitRecord(
  scope: Scope,
  { kind, fields }: Translated,
  details: object | undefined,
  values: LastValues,
): EventHandle | undefined {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const optional = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const common = { description: optional(fields.description), details };
  const agent = text(fields.agent_id);
  switch (kind) {
    case "DECISION":
      return scope.decision(agent, text(fields.decision_type), {
        ...common,
        old_value: fields.old_value,
        new_value: fields.new_value,
      });
    case "ACTION":
      return scope.action(agent, text(fields.action_type), asObject(fields.action_payload), {
        ...common,
        interaction_type: optional(fields.interaction_type),
        participating_agent_ids: asNames(fields.participating_agent_ids),
      });
    case "STATE":
      return emitState(scope, fields, common, values);
    case "DETAIL":
      return scope.detail(text(fields.calculation_type), asObject(fields.intermediate_values), {
        ...common,
        agent_id: optional(fields.agent_id),
      });
    case "SYSTEM": {
      const status = SYSTEM_STATUSES.find((known) => known === fields.status);
      if (status === undefined)
        throw new Unusable(
          `status is ${JSON.stringify(fields.status)}: expected one of ${SYSTEM_STATUSES.join(", ")}; words in the mapping say which one that is`,
        );
      return scope.system(status, {
        ...common,
        error_type: optional(fields.error_type),
        retry_count: typeof fields.retry_count === "number" ? fields.retry_count : undefined,
        subject_agent_id: optional(fields.subject_agent_id),
      });
    }
    case "MILESTONE":
      return scope.phase(text(fields.name), common);
  }
}

interface Common {
  description: string | undefined;
  details: object | undefined;
}

function emitState(
  scope: Scope,
  fields: Translated["fields"],
  { description, details }: Common,
  values: LastValues,
): EventHandle | undefined {
  const agent_id = typeof fields.agent_id === "string" ? fields.agent_id : undefined;
  const writes =
    fields.variables === undefined
      ? [{ name: String(fields.variable_name), value: fields.new_value }]
      : leavesOf(asObject(fields.variables), "").filter(({ name, value }) =>
          values.isNew(agent_id, name, value),
        );
  let last: EventHandle | undefined;
  for (const { name, value } of writes) {
    const write = values.write(agent_id, name, value, fields);
    const kept = write.said === undefined ? details : { ...details, source_old_value: write.said.value };
    const { old_value, change } = write;
    const new_value = change === "removed" ? null : value;
    last = scope.state(name, { agent_id, old_value, new_value, change, description, details: kept });
  }
  return last;
}

/** A variable for each leaf, named by the keys on the way; a list is one value, and an object without members none. */
function leavesOf(object: object, before: string): { name: string; value: unknown }[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const name = `${before}${keyText(key)}`;
    return isRecord(value) ? leavesOf(value, `${name}.`) : [{ name, value }];
  });
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function asNames(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
