import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import type { Event } from "@llm-sim/events/schema";
import { eventAgent, eventName, listText, nounText, valueText } from "@llm-sim/events/words";
import type { RunView } from "../../reader/index.ts";
import type { ContextLine, Difference, FieldDifference } from "../answers/index.ts";
import { clause, upperFirst } from "../why/index.ts";
import type { Pair } from "./align.ts";
import { contentOf } from "./content.ts";
import { jsonDifferences } from "./json-difference.ts";

const MAX_FIELDS = 20;
const MAX_CAUSES = 10;
/** Bytes of an event that is still given whole: an answer holds some forty. */
const MAX_EVENT_BYTES = 256 * 1024;

export function differenceOf(pair: Pair, agents: KnownAgents): Difference {
  const left = pair.left?.line.event;
  const right = pair.right?.line.event;
  const event = left ?? right;
  if (event === undefined) throw new TypeError("a difference has an event on one side at least");
  const agent = eventAgent(event);
  const fields = left && right ? jsonDifferences(contentOf(left), contentOf(right), MAX_FIELDS) : [];
  return {
    kind: left === undefined ? "only_right" : right === undefined ? "only_left" : "changed",
    key: {
      turn: event.turn_number,
      event_type: event.event_type,
      ...(agent === undefined ? {} : { agent_id: agent }),
      name: eventName(event),
      occurrence: pair.occurrence,
    },
    sentence: sentenceOf(left, right, fields, agents),
    ...(left === undefined || isHuge(pair.left) ? {} : { left }),
    ...(right === undefined || isHuge(pair.right) ? {} : { right }),
    fields: isHuge(pair.left) || isHuge(pair.right) ? fields.map(({ path }) => ({ path })) : fields,
  };
}

function isHuge(entry: Pair["left"]): boolean {
  return entry !== undefined && entry.line.bytes.length > MAX_EVENT_BYTES;
}

function sentenceOf(
  left: Event | undefined,
  right: Event | undefined,
  fields: readonly FieldDifference[],
  agents: KnownAgents,
): string {
  if (left === undefined || right === undefined) {
    const event = left ?? right;
    if (event === undefined) return "";
    return `Only on the ${left === undefined ? "right" : "left"}: ${clause(event, agents)}. [${event.event_id}]`;
  }
  // Descriptions say again what the other fields do.
  const telling = fields.filter(({ path }) => path !== "/description");
  const what = (telling.length > 0 ? telling : fields).map(
    (field) => `${field.path.slice(1)} ${courseOf(field)}`,
  );
  return `${upperFirst(clause(left, agents))} on the left; on the right ${listText(what)}. [${left.event_id} | ${right.event_id}]`;
}

function courseOf(field: FieldDifference): string {
  return `is ${valueText(field.right)} instead of ${valueText(field.left)}`;
}

export function contextLine(event: Event, agents: KnownAgents, effect?: Event): ContextLine {
  return { event_id: event.event_id, text: `${upperFirst(clause(event, agents, { effect }))}.` };
}

export function causesOf(view: RunView, row: number | undefined): Event[] {
  if (row === undefined) return [];
  const causes = view.index.edges.causesOf(row).filter((cause) => typeof cause === "number");
  return causes.slice(0, MAX_CAUSES).map((cause) => view.event(cause));
}

/** What a divergence comes from, as far as the log can tell. */
export function originOf(
  difference: Difference,
  leftCauses: readonly Event[],
  rightCauses: readonly Event[],
  setup: readonly FieldDifference[],
  agents: KnownAgents,
): string {
  const event = difference.left ?? difference.right;
  if (event === undefined) return "";
  const how = setupSentence(setup);
  if (event.turn_number === 0) return `It lies in the set-up, before the first turn.${how}`;
  const looks = [
    ...alsoRested("left", names(leftCauses, rightCauses, agents)),
    ...alsoRested("right", names(rightCauses, leftCauses, agents)),
  ];
  // Of an event that one run does not have, there are no causes to compare.
  const more = difference.kind === "changed" ? looks.join("") : "";
  return `Everything before it is the same in both runs: ${whatHappened(event)}.${more}${how}`;
}

/** Of a divergence that may have begun with events that are not in the logs. */
export function hiddenOrigin(setup: readonly FieldDifference[]): string {
  return `Nothing before it that is in both logs differs, but events up to there are missing, or cannot be read: it may come from them.${setupSentence(setup)}`;
}

function setupSentence(setup: readonly FieldDifference[]): string {
  const telling = setup.filter(({ path }) => !REPEATED.has(path));
  return telling.length === 0
    ? ""
    : ` The runs were set up differently: ${listText(telling.map(setupText))}.`;
}

/** Paths that say what another says as well, or what makes no difference. */
const REPEATED = new Set(["/config/simulation/seed", "/config/simulation/name"]);

function whatHappened(event: Event): string {
  switch (event.event_type) {
    case "DECISION":
      return `${event.agent_id} decided otherwise`;
    case "SYSTEM":
      return "the machinery behaved differently";
    default:
      return "the rules came to something else";
  }
}

function alsoRested(side: "left" | "right", causes: readonly string[]): string[] {
  return causes.length === 0 ? [] : [` On the ${side} it also rested on ${listText(causes)}.`];
}

/** The events that have none of the same kind, agent, name and turn among the others. */
function names(events: readonly Event[], others: readonly Event[], agents: KnownAgents): string[] {
  const known = new Set(others.map((event) => nameOf(event, agents)));
  return events.map((event) => nameOf(event, agents)).filter((name) => !known.has(name));
}

function nameOf(event: Event, agents: KnownAgents): string {
  const turn = event.turn_number;
  if (event.event_type !== "STATE") return `${nounText(event, agents)} in turn ${turn}`;
  // What was read is a value, not that it changed.
  const { agent_id, variable_name } = event;
  return `${variableText({ agent_id, variable_name }, agents)} of turn ${turn}`;
}

function setupText({ path, left, right }: FieldDifference): string {
  return `${path.slice(1).replaceAll("/", ".")} ${valueText(left)} and ${valueText(right)}`;
}
