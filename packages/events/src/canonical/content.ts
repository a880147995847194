import { inOneForm } from "../line/index.ts";
import type { Event, JsonObject, JsonValue, MemberName } from "../schema/index.ts";
import { canonicalJson } from "../state/index.ts";
import { descriptionOf } from "../words/index.ts";

type Rule = "own" | "causes" | "noted" | "set" | "same";

/**
 * What becomes of a member where runs are compared:
 *
 * - `own` of a run: may differ between equal runs;
 * - `causes`: compared by the events they name, in any order, as agents decide side by side;
 * - `noted`: written by the machinery; what looks like an event's id in it is one, and how long things took is left out;
 * - `set`: its order says nothing;
 * - `same`: equal runs have it alike. So are members that no schema names.
 */
export const MEMBER_RULES: Readonly<Record<string, Rule>> = {
  event_id: "own",
  timestamp: "own",
  turn_number: "same",
  event_type: "same",
  simulation_id: "own",
  agent_id: "same",
  caused_by: "causes",
  causes_omitted: "same",
  description: "noted",
  details: "noted",
  lossy: "set",
  milestone_type: "same",
  name: "same",
  decision_type: "same",
  old_value: "same",
  new_value: "same",
  action_type: "same",
  action_payload: "same",
  interaction_type: "same",
  participating_agent_ids: "same",
  variable_name: "same",
  scope: "same",
  change: "same",
  calculation_type: "same",
  intermediate_values: "same",
  status: "same",
  error_type: "same",
  retry_count: "own",
  subject_agent_id: "same",
} satisfies Record<MemberName, Rule>;

/** In `details` of any depth: how long things took. */
const DURATION = /(^|_)(latency|duration|elapsed)(_|$)|_ms$/;
const EVENT_ID = /(?<![0-9A-Za-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g;

/** What stands for an event's id in every equal run; `undefined` of an id that is no event's of the run. */
export type Names = (id: string) => string | undefined;

/** Whether an event is there only for how long something took: equal runs may have more or fewer of them. */
export function isRetry(event: Event): boolean {
  return event.event_type === "SYSTEM" && event.status === "retry";
}

/**
 * What an event says, whatever run it stands in: without id, time, run, retries and how long things took; without its causes, which
 * are compared by themselves; with `names` in the place of events' ids. Two events are the same where their content has the same
 * canonical JSON: whatever the order of members; `NaN`, recorded as `"NaN"` and named in `lossy`, is not the text.
 */
export function contentOf(event: Event, names: Names): JsonObject {
  // Where the machinery writes, an id is an event's, be it of another run; in what agents do it may be anything.
  const always: Names = (id) => names(id) ?? "unknown";
  const members: [string, JsonValue][] = [];
  const said = descriptionOf(event);
  for (const [name, own] of Object.entries(event)) {
    const value: unknown = name === "description" ? said : own;
    if (value === undefined) continue;
    switch (ruleOf(name)) {
      case "own":
      case "causes":
        break;
      case "noted":
        members.push([name, withoutDurations(value, always)]);
        break;
      case "set": {
        const set = event.lossy === value ? alteredPlaces(event.lossy, always) : [];
        if (set.length > 0) members.push([name, set]);
        break;
      }
      default:
        members.push([name, withNames(value, names)]);
    }
  }
  return Object.fromEntries(members);
}

function ruleOf(member: string): Rule {
  return Object.hasOwn(MEMBER_RULES, member) ? (MEMBER_RULES[member] ?? "same") : "same";
}

/** Places in what is left out say nothing. */
function alteredPlaces(lossy: readonly string[], names: Names): string[] {
  const kept = lossy.filter((pointer) => {
    const [, member = "", ...path] = pointer.split("/");
    const rule = ruleOf(member);
    return rule !== "own" && rule !== "causes" && !(rule === "noted" && path.some(isDuration));
  });
  return [...new Set(kept.map((pointer) => replaced(pointer, names)))].toSorted();
}

function isDuration(name: string): boolean {
  return DURATION.test(name);
}

function withoutDurations(value: unknown, names: Names): JsonValue {
  return walked(value, names, (name) => !isDuration(name));
}

function withNames(value: unknown, names: Names): JsonValue {
  return walked(value, names, () => true);
}

function walked(value: unknown, names: Names, isKept: (name: string) => boolean): JsonValue {
  if (typeof value === "string") return inOneForm(replaced(value, names));
  if (typeof value === "number") return value === 0 ? 0 : value; // -0 is 0
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((member) => walked(member, names, isKept));
  if (typeof value !== "object" || value === null) return null;
  const members = new Map<string, JsonValue[]>();
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || !isKept(name)) continue;
    const key = replaced(name, names);
    members.set(key, [...(members.get(key) ?? []), walked(member, names, isKept)]);
  }
  return Object.fromEntries([...members].map(([name, all]) => [name, together(all)]));
}

/** Of ids that are unknown alike there may be several in one object. */
function together([first, ...others]: JsonValue[]): JsonValue {
  if (first === undefined || others.length === 0) return first ?? null;
  return [first, ...others].toSorted((left, right) => (canonicalJson(left) < canonicalJson(right) ? -1 : 1));
}

/** A reason tells ids in the middle of a sentence. */
function replaced(text: string, names: Names): string {
  return text.length < 26 ? text : text.replaceAll(EVENT_ID, (id) => names(id) ?? id);
}

/** The one text of all that an event says: two events say the same exactly where it is equal. */
export function contentText(content: JsonObject): string {
  return canonicalJson(content);
}
