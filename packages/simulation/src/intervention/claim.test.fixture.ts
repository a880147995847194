// The test of the claim that the recorded causes are complete: change one thing, run again, and follow each difference.
import type { Event, VerbosityLevel } from "@llm-sim/events/schema";
import { openMemoryStream } from "@llm-sim/events/testing";
import { type Simulation, SimulationOrchestrator } from "../index.ts";

/** An event that differs between two runs, or exists in one of them only, with no cause that leads on to why. */
export interface Unexplained {
  run: "left" | "right";
  event: Event;
  causes: Event[];
  text: string;
}

export interface Claim {
  /** Events of both runs that differ, or exist in one only; what was changed itself left aside. */
  differing: number;
  unexplained: Unexplained[];
  /** Differing events that say themselves that causes are missing. */
  gaps: number;
  /** Of the causes of differing events, how many differ, or wrote what differs; and how many there are. */
  precision: { telling: number; all: number };
}

export async function recorded(simulation: Simulation, verbosity: VerbosityLevel): Promise<Event[]> {
  let events = (): Event[] => [];
  const orchestrator = new SimulationOrchestrator(simulation, {
    verbosity,
    signals: false,
    stream: async (options) => {
      const memory = await openMemoryStream(options);
      events = () => memory.events();
      return memory.stream;
    },
  });
  await orchestrator.run().catch(() => undefined); // a run that failed has a log, too
  return events();
}

/** @param isChange whether an event is what was changed */
export function testClaim(
  left: readonly Event[],
  right: readonly Event[],
  isChange: (event: Event) => boolean,
): Claim {
  const last = Math.min(lastTurn(left), lastTurn(right));
  const sides = {
    left: new Side(left.filter(({ turn_number }) => turn_number <= last)),
    right: new Side(right.filter(({ turn_number }) => turn_number <= last)),
  };
  match(sides.left, sides.right);
  const claim: Claim = { differing: 0, unexplained: [], gaps: 0, precision: { telling: 0, all: 0 } };
  for (const run of ["left", "right"] as const) {
    const [own, other] = run === "left" ? [sides.left, sides.right] : [sides.right, sides.left];
    for (const event of own.events) {
      if (!own.differs(event) || isChange(event)) continue;
      claim.differing++;
      const causes = causesOf(event, own);
      const telling = causes.filter(
        (cause) => own.differs(cause) || wroteWhatDiffers(cause, event, own, other),
      );
      claim.precision.telling += telling.length;
      claim.precision.all += causes.filter(({ event_type }) => event_type !== "MILESTONE").length;
      if (telling.length > 0 || isOverwritten(event, own, other)) continue;
      if (event.causes_omitted !== undefined) claim.gaps++;
      else claim.unexplained.push({ run, event, causes, text: textOf(event, causes, own) });
    }
  }
  return claim;
}

/**
 * What an event names; of a decision, an action or a rule, and of what carries conditions, also what that names, as those say
 * what was done and not all that came of it (a decision does not hold its payloads, a rule not its values).
 */
function causesOf(event: Event, side: Side): Event[] {
  const causes = (event.caused_by ?? []).flatMap((id) => side.byId.get(id) ?? []);
  return causes.flatMap((cause) => {
    if (isConditions(cause)) return causesOf(cause, side);
    const isDoing =
      ["DECISION", "ACTION"].includes(cause.event_type) ||
      (cause.event_type === "DETAIL" && cause.details?.rule !== undefined);
    return isDoing && !side.differs(cause) ? [cause, ...causesOf(cause, side)] : [cause];
  });
}

function isConditions(event: Event): boolean {
  return event.event_type === "DETAIL" && event.details?.conditions !== undefined;
}

class Side {
  readonly events: readonly Event[];
  readonly byId = new Map<string, Event>();
  /** Of matched events, the one in the other run. */
  readonly partner = new Map<Event, Event>();
  readonly same = new Set<Event>();
  /** Writes by variable, in order. */
  readonly writes = new Map<string, Event[]>();

  constructor(events: readonly Event[]) {
    this.events = events;
    for (const event of events) {
      this.byId.set(event.event_id, event);
      const variable = variableOf(event);
      if (variable !== undefined) this.writes.set(variable, [...(this.writes.get(variable) ?? []), event]);
    }
  }

  differs(event: Event): boolean {
    return !this.same.has(event);
  }

  /** Of a write, what wrote it. */
  writerOf(event: Event): string {
    const writer = event.event_type === "STATE" ? this.byId.get(event.caused_by?.[0] ?? "") : undefined;
    return writer ? nameOf(writer) : "";
  }

  /** The nodes that a variable is in, the agents among them. */
  nodesAbove(variable: string): string[] {
    const [agent = "", name = ""] = variable.split("/");
    const keys = name.split(".");
    const nodes = keys.map(
      (_, count) =>
        `${agent}/${keys
          .slice(0, count)
          .map((key) => `${key}.`)
          .join("")}`,
    );
    return agent === "" ? nodes : ["", ...nodes];
  }

  /** The variables below a node that came or went in, or were there before, the turn of an event. */
  membersOf(node: string, { turn_number }: Event): string {
    const found: string[] = [];
    for (const [variable, writes] of this.writes) {
      if (node === "" ? variable.startsWith("/") : !variable.startsWith(node)) continue;
      for (const write of writes) {
        if (write.event_type !== "STATE" || write.change === undefined || write.turn_number > turn_number)
          continue;
        found.push(`${variable} ${write.turn_number} ${write.change} ${this.writerOf(write)}`);
      }
    }
    return found.toSorted().join("\n");
  }

  /** The writes that a variable may have had last at some moment of a turn. */
  lastWrites(variable: string, turn: number): Event[] {
    const writes = this.writes.get(variable) ?? [];
    const before = writes.filter(({ turn_number }) => turn_number < turn).slice(-1);
    return [...before, ...writes.filter(({ turn_number }) => turn_number === turn)];
  }
}

/** Events of the same turn, kind, agent and name: first those that say the same, then by order. */
function match(left: Side, right: Side): void {
  const keyed = (events: readonly Event[], keyOf: (event: Event) => string) => {
    const found = new Map<string, Event[]>();
    for (const event of events) found.set(keyOf(event), [...(found.get(keyOf(event)) ?? []), event]);
    return found;
  };
  const exact = (event: Event, side: Side) =>
    `${logicalKey(event)} ${side.writerOf(event)} ${contentOf(event)}`;
  const rightByContent = keyed(right.events, (event) => exact(event, right));
  for (const event of left.events) {
    const partner = rightByContent.get(exact(event, left))?.shift();
    if (!partner) continue;
    left.same.add(event);
    right.same.add(partner);
    left.partner.set(event, partner);
    right.partner.set(partner, event);
  }
  const rest = keyed(
    right.events.filter((event) => !right.same.has(event)),
    logicalKey,
  );
  for (const event of left.events) {
    if (left.same.has(event)) continue;
    const partner = rest.get(logicalKey(event))?.shift();
    if (!partner) continue;
    left.partner.set(event, partner);
    right.partner.set(partner, event);
  }
}

/** Whether a cause is a write of a variable whose value or last writer differs between the runs when the effect came about. */
function wroteWhatDiffers(cause: Event, effect: Event, own: Side, other: Side): boolean {
  const variable = variableOf(cause);
  if (variable === undefined) return false;
  const here = own.lastWrites(variable, effect.turn_number);
  const there = other.lastWrites(variable, effect.turn_number);
  const isSame = (write: Event, index: number) =>
    own.same.has(write) && own.partner.get(write) === there[index];
  if (here.length !== there.length || !here.every(isSame)) return true;
  // That something is there, or not, and which members a node has, is known from a write of what is in it.
  return own
    .nodesAbove(variable)
    .some((node) => own.membersOf(node, effect) !== other.membersOf(node, effect));
}

/**
 * Whether a write is there, or not, for what the variable was before: another writer had given it another value in one of the
 * runs, and what is assigned makes no STATE where it changes nothing.
 */
function isOverwritten(event: Event, own: Side, other: Side): boolean {
  const variable = variableOf(event);
  if (variable === undefined) return false;
  const writers = (side: Side) =>
    side
      .lastWrites(variable, event.turn_number)
      .filter((write) => write.event_id !== event.event_id && side.writerOf(write) !== own.writerOf(event))
      .map((write) => `${write.turn_number} ${side.writerOf(write)} ${contentOf(write)}`)
      .join("\n");
  return writers(own) !== writers(other);
}

function variableOf(event: Event): string | undefined {
  return event.event_type === "STATE" ? `${event.agent_id ?? ""}/${event.variable_name}` : undefined;
}

function lastTurn(events: readonly Event[]): number {
  return events.at(-1)?.turn_number ?? 0;
}

function logicalKey(event: Event): string {
  return `${event.turn_number} ${event.event_type} ${nameOf(event)}`;
}

export function nameOf(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return `${event.milestone_type} ${event.name ?? ""}`;
    case "DECISION":
      return `decision of ${event.agent_id}`;
    case "ACTION":
      return `${event.agent_id} ${event.action_type}`;
    case "STATE":
      return `${event.agent_id ?? ""}.${event.variable_name}`;
    case "DETAIL":
      return `${event.agent_id ?? ""} ${event.calculation_type}`;
    default:
      return `${event.status} ${event.error_type ?? ""} ${event.subject_agent_id ?? ""}`;
  }
}

/** What an event says, without ids and times, and without what sums up everything. */
function contentOf(event: Event): string {
  const { event_id, timestamp, simulation_id, caused_by, causes_omitted, details, ...rest } = event;
  const { state_hash, ...kept } = details ?? {};
  if (isConditions(event)) return ""; // it only carries
  // How many variables a rule changed goes by what they were before.
  if (event.event_type === "DETAIL" && event.details?.rule !== undefined) {
    const { changes, ...values } = event.intermediate_values;
    return JSON.stringify([event.calculation_type, values]);
  }
  // What a variable was before is said by its write before, which is compared by itself.
  if (event.event_type === "STATE") {
    const { scope, agent_id, variable_name, new_value, change } = event;
    return JSON.stringify([scope, agent_id, variable_name, new_value, change === "removed"]);
  }
  return JSON.stringify([rest, kept]);
}

function textOf(event: Event, causes: readonly Event[], side: Side): string {
  const partner = side.partner.get(event);
  const lines = [
    `turn ${event.turn_number}: ${nameOf(event)}: ${event.description}`,
    partner ? `  in the other run: ${partner.description}` : "  not in the other run",
    ...causes.map(
      (cause) => `  because of turn ${cause.turn_number}: ${nameOf(cause)}: ${cause.description}`,
    ),
  ];
  return lines.join("\n");
}
