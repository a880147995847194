import type { ContextLine, Difference, FieldDifference } from "@llm-sim/api";
import { contentDifferences, jsonDifferences } from "@llm-sim/events/canonical";
import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import type { Event } from "@llm-sim/events/schema";
import { eventAgent, eventName, listText, nounText, valueText } from "@llm-sim/events/words";
import type { RunView } from "../../reader/index.ts";
import { clause, upperFirst } from "../why/index.ts";
import type { Pair } from "./align.ts";
import type { SameCauses } from "./same-causes.ts";

const CAUSES = "/caused_by";
const MAX_FIELDS = 20;
const MAX_CAUSES = 10;
/** Bytes of an event that is still given whole: an answer holds some forty. */
const MAX_EVENT_BYTES = 256 * 1024;

/** Says of pairs of events how they differ. */
export class Describer {
  readonly agents: KnownAgents;
  readonly #left: RunView;
  readonly #right: RunView;
  readonly #causes: SameCauses | undefined;

  /** @param causes where they count */
  constructor(left: RunView, right: RunView, causes: SameCauses | undefined) {
    this.agents = { has: (id) => left.agents.has(id) || right.agents.has(id) };
    this.#left = left;
    this.#right = right;
    this.#causes = causes;
  }

  difference(pair: Pair): Difference {
    const left = pair.left?.line.event;
    const right = pair.right?.line.event;
    const event = left ?? right;
    if (event === undefined) throw new TypeError("a difference has an event on one side at least");
    const agent = eventAgent(event);
    const fields = this.#fields(pair);
    const isHugePair = isHuge(pair.left) || isHuge(pair.right);
    return {
      kind: left === undefined ? "only_right" : right === undefined ? "only_left" : "changed",
      key: {
        turn: event.turn_number,
        event_type: event.event_type,
        ...(agent === undefined ? {} : { agent_id: agent }),
        name: eventName(event),
        occurrence: pair.occurrence,
      },
      sentence: sentenceOf(left, right, fields, this.agents),
      ...(left === undefined ? {} : { left_event_id: left.event_id }),
      ...(right === undefined ? {} : { right_event_id: right.event_id }),
      ...(left === undefined || isHuge(pair.left) ? {} : { left }),
      ...(right === undefined || isHuge(pair.right) ? {} : { right }),
      fields: isHugePair ? fields.map(inTexts) : fields,
    };
  }

  /** What differs: what the events say, else the state by its hash, else what they rest on. */
  #fields({ left, right }: Pair): FieldDifference[] {
    if (left === undefined || right === undefined) return [];
    const fields = contentDifferences(left.line.content, right.line.content, MAX_FIELDS);
    if (fields.length > 0) return fields;
    if (left.line.hasOtherState(right.line)) {
      const [one, other] = [left.line.event.details, right.line.event.details];
      return jsonDifferences(one?.state_hash, other?.state_hash, 1).map((field) => ({
        ...field,
        path: "/details/state_hash",
      }));
    }
    const [ours, theirs] = this.#causes?.differing(left.row, right.row) ?? [[], []];
    return [
      {
        path: CAUSES,
        left: ours.map((row) => this.#left.index.idOf(row)),
        right: theirs.map((row) => this.#right.index.idOf(row)),
        left_text: this.#namesOf(this.#left, ours),
        right_text: this.#namesOf(this.#right, theirs),
      },
    ];
  }

  #namesOf(view: RunView, rows: readonly number[]): string {
    return rows.length === 0
      ? "nothing more"
      : listText(rows.map((row) => nameOf(view.event(row), this.agents)));
  }
}

function isHuge(entry: Pair["left"]): boolean {
  return entry !== undefined && entry.line.bytes.length > MAX_EVENT_BYTES;
}

function inTexts({ path, ...field }: FieldDifference): FieldDifference {
  return { path, left_text: leftText(field), right_text: rightText(field) };
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
    return `Only on the ${left === undefined ? "right" : "left"}: ${clause(event, agents)}.`;
  }
  // Descriptions say again what the other fields do.
  const telling = fields.filter(({ path }) => path !== "/description");
  const what = (telling.length > 0 ? telling : fields).map(
    (field) => `${field.path.slice(1)} ${courseOf(field)}`,
  );
  return `${upperFirst(clause(left, agents))} on the left; on the right ${listText(what)}.`;
}

function courseOf(field: FieldDifference): string {
  const verb = field.path === CAUSES ? "has" : "is";
  return `${verb} ${rightText(field)} instead of ${leftText(field)}`;
}

/** What the left says where two differ, so that the difference is to be seen. */
export function leftText({ left, left_text }: Omit<FieldDifference, "path">): string {
  return left_text ?? valueText(left);
}

export function rightText({ right, right_text }: Omit<FieldDifference, "path">): string {
  return right_text ?? valueText(right);
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
  if (isIntervention(event))
    return `Everything before it is the same in both runs: ${interventionClause(difference)}.`;
  if (event.turn_number === 0) return `It lies in the set-up, before the first turn.${how}`;
  const looks = [
    ...alsoRested("left", names(leftCauses, rightCauses, agents)),
    ...alsoRested("right", names(rightCauses, leftCauses, agents)),
  ];
  // Of an event that one run does not have, there are no causes to compare.
  const more = difference.kind === "changed" ? looks.join("") : "";
  const rests = difference.fields.some(({ path }) => path === CAUSES);
  const what = rests ? "it says the same, and rests on something else" : whatHappened(event);
  return `Everything before it is the same in both runs: ${what}.${more}${how}`;
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

/** Whether it is where something was made otherwise in a run that was forked from another. */
export function isIntervention(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.name === "intervention" && event.details !== undefined;
}

function interventionClause({ left, right }: Difference): string {
  if (left && right) return "here something was made otherwise, in each of them something else";
  const [side, event] = left ? ["left", left] : ["right", right];
  const what = event?.description?.replace(/^Intervention: /, "");
  return `here the one on the ${side} was made otherwise${what === undefined ? "" : ` (${what})`}`;
}

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

function setupText(field: FieldDifference): string {
  return `${field.path.slice(1).replaceAll("/", ".")} ${leftText(field)} and ${rightText(field)}`;
}
