import { completenessOf, type WhyAnswer, type whyQuerySchema } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { valueText } from "@llm-sim/events/words";
import type * as z from "zod";
import { eventNotFound, invalidArgument } from "../../errors.ts";
import { eachOf, type Pace, paced, type Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { CauseLabels } from "../cause/index.ts";
import { CHAINED, gapsOf, type RestsOn, WriteCheck } from "../certainty/index.ts";
import { decimal, ledgerOf, minus, type Write, writesSince } from "../ledger/index.ts";
import { type Recording, requireState } from "../recording/index.ts";
import { afterEvent, endOfTurn, firstAfter, lastBefore, type Moment, now } from "../rows/index.ts";
import { findVariable, type Variable } from "../state/index.ts";
import { costOf } from "./cost.ts";
import { eventsOf, Group, grouped } from "./group.ts";
import type { KnownEvents } from "./known-events.ts";
import type { Passage } from "./passage.ts";
import { refusedBetween } from "./refused.ts";
import { clause, type Role, upperFirst } from "./sentence.ts";
import { cutOf, MAX_STEPS, stepOf } from "./steps.ts";
import { type Story, storyOf } from "./story.ts";
import { type Cut, depthsIn, depthsOf, isMilestone, type Walk, walkBack } from "./walk.ts";

/** Steps of an explanation that nobody asked to be longer. */
const MAX_TOLD = 12;

type Query = z.output<typeof whyQuerySchema>;

/** Why a variable has its value, or why an event came about. */
export async function whyOf(
  view: RunView,
  query: Query,
  recording: Recording,
  pace: Pace,
): Promise<WhyAnswer> {
  if (query.event_id !== undefined) {
    for (const name of ["variable", "agent_id", "turn", "since", "stretches"] as const) {
      if (query[name] !== undefined)
        throw invalidArgument(name, "ask for a variable or for an event_id, not for both");
    }
    return whyEvent(view, query.event_id, query.depth, recording, pace);
  }
  if (query.variable === undefined) throw invalidArgument("variable", "name a variable, or an event_id");
  requireState(view, recording, "variable");
  return whyVariable(view, findVariable(view, query.variable, query.agent_id), query, recording, pace);
}

async function whyEvent(
  view: RunView,
  eventId: string,
  depth: number | undefined,
  recording: Recording,
  pace: Pace,
): Promise<WhyAnswer> {
  const row = view.index.find(eventId);
  if (row < 0) throw eventNotFound(view.id, eventId);
  const chain = await chainOf(view, row, depth, pace);
  const [first] = chain.groups;
  return {
    ...answerOf(view, chain, row, recording, { until: afterEvent(view, eventId) }),
    summary:
      first === undefined
        ? ""
        : `${upperFirst(clause(first.event, view.agents, { by: bareCause(view, first) }))}.`,
  };
}

async function whyVariable(
  view: RunView,
  variable: Variable,
  query: Query,
  recording: Recording,
  pace: Pace,
): Promise<WhyAnswer> {
  const { index } = view;
  const { since = 0, depth } = query;
  const moment = query.turn === undefined ? now(view) : endOfTurn(view, query.turn);
  if (since > moment.turn) throw invalidArgument("since", `expected a turn up to ${moment.turn}`);
  const row = lastBefore(variable.writes, moment);
  if (row < 0) {
    const first = index.columns.turn(variable.writes.at(0));
    throw invalidArgument("turn", `${variable.label} is first written in turn ${first}`);
  }
  const writes = await writesSince(view, variable, { moment, since }, pace);
  const chain = await chainOf(view, row, depth, pace);
  const [first] = chain.groups;
  if (first !== undefined) addStreak(view, first, writes);
  const { stretches: most } = query;
  const stretches = most === undefined ? undefined : { most, from: since, to: moment.turn };
  const ledger = await ledgerOf(index, writes, stretches, pace);
  const written = index.columns.turn(row);
  const value = writes.at(-1)?.new_value;
  return {
    ...answerOf(view, chain, row, recording, {
      until: moment,
      writes: checked(view, variable, writes, moment),
    }),
    variable: variable.name,
    ...(variable.agent_id === undefined ? {} : { agent_id: variable.agent_id }),
    turn: moment.turn,
    ...(value === undefined ? {} : { value }),
    summary: summaryOf(variable, value, moment, written, writes.at(-1)),
    ...(ledger === undefined ? {} : { ledger }),
    refused: refusedBetween(view, variable.agent_id, row, moment),
  };
}

/** Whether each write follows from the one before it, and the next from the last. */
function checked(
  view: RunView,
  { agent_id, name, writes }: Variable,
  read: readonly Write[],
  moment: Moment,
): WriteCheck {
  const check = new WriteCheck();
  const variable = check.variable(agent_id, name);
  for (const write of read) variable.write(write, write.row);
  const next = firstAfter(writes, moment);
  const event = next < 0 ? undefined : view.event(next);
  if (event?.event_type === "STATE") variable.follows({ ...event, turn: event.turn_number }, next);
  return check;
}

interface Chain {
  /** Of all events that are told of. */
  rows: number[];
  events: Event[];
  groups: Group[];
  story: Story;
  /** As far as was asked, or as the explanation went. */
  depth: number;
  cut: Cut | false;
  missing: Walk["missing"];
}

/** What explains the row's event; where a depth is given, no further than that, and all else up to there behind it. */
async function chainOf(view: RunView, row: number, depth: number | undefined, pace: Pace): Promise<Chain> {
  const story = await paced(storyOf(view, row, MAX_TOLD), pace);
  const walk = depth === undefined ? undefined : await walkBack(view.index, row, depth, pace);
  const depths =
    walk === undefined ? await paced(depthsIn(view.index, row, story.events), pace) : depthsOf(walk);
  const passages = story.passages.flatMap((passage) => {
    const rows = passage.rows.filter((one) => depths.has(one));
    return rows.length === 0 ? [] : [{ ...passage, rows }];
  });
  const groups = await paced(groupsOf(passages, story.events, depths), pace);
  const told = new Set([...passages.flatMap(({ rows }) => rows), ...story.ownBefore.values()]);
  const toldEvents: Event[] = [];
  await paced(
    eachOf(told, (one) => void toldEvents.push(story.events.of(one))),
    pace,
  );
  const further = (walk?.steps ?? []).filter((step) => !told.has(step.row));
  const events = await eventsOf(view, further, pace);
  const last = groups.findIndex(({ part }) => part === "remembered");
  groups.splice(last === -1 ? groups.length : last, 0, ...grouped(view.index, further, events));
  return {
    rows: [...told, ...further.map(({ row: one }) => one)],
    events: [...toldEvents, ...events.values()],
    groups,
    story,
    depth: depth ?? Math.max(...groups.map(({ step }) => step.depth)),
    cut: story.events.isFull ? "size" : (walk?.truncated ?? false),
    missing: walk?.missing ?? story.missing,
  };
}

function* groupsOf(
  passages: readonly Passage[],
  events: KnownEvents,
  depths: ReadonlyMap<number, number>,
): Steps<Group[]> {
  const groups: Group[] = [];
  const readers = new Set<number>();
  for (const passage of passages) {
    const { rows, from, isRead } = passage;
    const [row = -1] = rows;
    const step = { row, depth: depths.get(row) ?? 0, from };
    const group = new Group(events.of(row), step, passage, readers.has(from));
    if (isRead === true) readers.add(from);
    yield* eachOf(rows, (one) => group.add(events.of(one)));
    groups.push(group);
  }
  return groups;
}

function answerOf(
  view: RunView,
  { rows, events, groups, story, depth, cut, missing }: Chain,
  row: number,
  recording: Recording,
  rests: Pick<RestsOn, "until" | "writes">,
): Omit<WhyAnswer, "summary"> {
  const { index } = view;
  const asked = story.events.of(row);
  const gaps = gapsOf(
    { view, recording },
    {
      ...rests,
      claim: "causes",
      // An effect of what was dropped carries its causes instead, or the turn alone: what came first may be among them.
      from: 0,
      kinds: CHAINED,
      chain: { asked, events, missing },
    },
  );
  const steps = groups
    .slice(0, MAX_STEPS)
    .map((group) => stepOf(group, view.agents, roleOf(view, group, story)));
  const cost = costOf(view, rows);
  return {
    simulation_id: view.id,
    event_id: index.idOf(row),
    event: asked,
    steps,
    refused: [],
    ...(cost === undefined ? {} : { cost }),
    depth,
    ...completenessOf(gaps),
    ...cutOf(cut, groups.length),
  };
}

function roleOf(view: RunView, group: Group, { events, ownBefore }: Story): Role {
  const { row, from } = group.step;
  const own = ownBefore.get(row);
  const before = own === undefined ? undefined : events.of(own);
  return {
    effect: from === -1 ? undefined : events.of(from),
    by: bareCause(view, group),
    own: before?.event_type === "STATE" ? before : undefined,
    isRemembered: group.part === "remembered" && !group.isRead,
  };
}

/** What brought a change about where no step of its own says so: a rule without an event, or a milestone. */
function bareCause(view: RunView, { event, step }: Group): string | undefined {
  if (event.event_type !== "STATE") return undefined;
  const causes = view.index.edges.causesOf(step.row);
  const rule = event.details?.rule;
  if (typeof rule === "string") return `the rule ${rule}`;
  const areMilestones = causes.every((cause) => typeof cause === "number" && isMilestone(view.index, cause));
  return areMilestones && causes.length > 0 ? new CauseLabels(view).of(step.row, event).label : undefined;
}

/** The writes before the last that the same cause made, one after the other, are told of with it; not the one the ledger begins with. */
function addStreak(view: RunView, group: Group, writes: readonly Write[]): void {
  const last = writes.at(-1);
  for (let at = writes.length - 2; at >= 1; at--) {
    const write = writes[at];
    if (write === undefined || write.cause.label !== last?.cause.label) return;
    if (typeof write.new_value !== "number" || typeof write.old_value !== "number") return;
    group.count(
      write.turn,
      () => view.index.idOf(write.row),
      minus(decimal(write.new_value), decimal(write.old_value)),
    );
  }
}

function summaryOf(
  { label }: Variable,
  value: Write["new_value"],
  { turn }: Moment,
  written: number,
  write: Write | undefined,
): string {
  const what = value === undefined ? `${label} was not there` : `${label} was ${valueText(value)}`;
  const when = turn === 0 ? "before the first turn" : `at the end of turn ${turn}`;
  if (written === 0) return `${what} ${when}, as it was set up.`;
  const since = written === turn ? "in that turn" : `in turn ${written}`;
  return `${what} ${when}: written ${since} by ${write?.cause.label ?? "no recorded cause"}.`;
}
