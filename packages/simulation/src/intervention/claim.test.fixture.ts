// The test of the claim that the recorded causes are complete: change one thing, run again, and follow each difference.
import type { Event } from "@llm-sim/events/schema";
import { matchedEvents } from "@llm-sim/store/explain";
import { isOfDeciding, isPause, nameOf, type Recording, type Version } from "./recording.test.fixture.ts";

/** An event that differs between two runs, or exists in one of them only, with no cause that leads on to why. */
export interface Unexplained {
  run: "left" | "right";
  event: Event;
  text: string;
}

export interface Claim {
  /** Events of both runs that differ, or exist in one only; what was changed itself left aside. */
  differing: number;
  unexplained: Unexplained[];
  /** Differing events that say themselves what is missing: `causes_omitted`, or a memory that is not tracked. */
  gaps: number;
}

/**
 * What CONTRACT §1 asks: events are matched as `diff` does. Every event that differs, or exists in one run only, has among its
 * causes one that differs or exists in one run only, or a read of something whose value or last writer then differs between the
 * runs. Turns after an earlier end are exempt.
 *
 * @param isChange whether an event is what was changed
 */
export function testClaim(left: Recording, right: Recording, isChange: (event: Event) => boolean): Claim {
  const pair = new TwoRuns(left, right);
  const claim: Claim = { differing: 0, unexplained: [], gaps: 0 };
  for (const side of [pair.left, pair.right]) {
    for (const event of side.run.events) {
      if (pair.isExempt(event, side) || !side.differs(event) || isChange(event)) continue;
      // It "carries": that it is there says only that something came after it, and is never an explanation by itself.
      if (isConditions(event)) continue;
      claim.differing++;
      if (side.isExplained(event)) continue;
      if (side.namesAGap(event)) claim.gaps++;
      else claim.unexplained.push({ run: side.name, event, text: side.textOf(event) });
    }
  }
  return claim;
}

export class TwoRuns {
  readonly left: Side;
  readonly right: Side;
  /** The last turn that both have. */
  readonly last: number;

  /** "Turns after an earlier end are exempt", and what would have come after an end in the middle of a turn. */
  isExempt(event: Event, side: Side): boolean {
    if (event.turn_number !== this.last) return event.turn_number > this.last;
    const other = side === this.left ? this.right : this.left;
    if (side.partner(event) !== undefined || !other.endsInTheMiddle) return false;
    const rest = side.run.events.slice(side.run.at(event));
    return !rest.some((later) => side.partner(later) !== undefined && !isEnd(later));
  }

  constructor(left: Recording, right: Recording) {
    const lastTurn = ({ events }: Recording) => events.at(-1)?.turn_number ?? 0;
    this.last = Math.min(lastTurn(left), lastTurn(right));
    const isWithin = ({ turn_number }: Event) => turn_number <= this.last;
    const matched = matchedEvents(left.events.filter(isWithin), right.events.filter(isWithin));
    const partners = new Map<Event, Event>();
    const same = new Set<Event>();
    for (const { left: one, right: other, isSame } of matched) {
      if (!one || !other) continue;
      partners.set(one, other).set(other, one);
      if (isSame) same.add(one).add(other);
    }
    this.left = new Side("left", left, right, partners, same);
    this.right = new Side("right", right, left, partners, same);
  }
}

/** When something was read: at or behind the first, before the second place in the log. */
type Window = readonly [from: number, until: number];

export class Side {
  readonly name: "left" | "right";
  readonly run: Recording;
  readonly #other: Recording;
  readonly #partners: ReadonlyMap<Event, Event>;
  readonly #same: ReadonlySet<Event>;

  constructor(
    name: "left" | "right",
    run: Recording,
    other: Recording,
    partners: ReadonlyMap<Event, Event>,
    same: ReadonlySet<Event>,
  ) {
    this.name = name;
    this.run = run;
    this.#other = other;
    this.#partners = partners;
    this.#same = same;
  }

  /** Its last turn never came to its end. */
  get endsInTheMiddle(): boolean {
    const { events } = this.run;
    const last = events.findLast((event) => !isEnd(event));
    return last?.event_type !== "MILESTONE" || last.milestone_type !== "turn_end";
  }

  /** It says something else in the other run, or is not there. */
  differs(event: Event): boolean {
    return !this.#same.has(event);
  }

  partner(event: Event): Event | undefined {
    return this.#partners.get(event);
  }

  /** "`causes_omitted` counts the rest, and is always a gap"; "chains through `details.remembered` are as recorded". */
  namesAGap(event: Event): boolean {
    const isOpen = ({ causes_omitted, details }: Event) =>
      (causes_omitted ?? 0) > 0 || details?.remembered !== undefined;
    return (
      isOpen(event) ||
      this.run.causesOf(event).some((cause) => cause.event_type === "DECISION" && isOpen(cause))
    );
  }

  isExplained(event: Event): boolean {
    if (this.#hasTellingCause(event)) return true;
    const causes = this.run.causesOf(event);
    switch (event.event_type) {
      case "STATE": {
        // "STATE: the action or rule that wrote it, alone": what was read for it are the reads of that.
        const [writer] = causes;
        return (
          writer !== undefined && (this.#hasTellingCause(writer) || this.#wasSomethingElse(event, writer))
        );
      }
      case "ACTION":
      case "SYSTEM":
        // "ACTION, refusal: the decision": its payloads are part of what was decided, whose reads stand at the decision.
        return causes.some((cause) => cause.event_type === "DECISION" && this.#hasTellingCause(cause));
      case "DECISION":
        return this.#satOut(event);
      default:
        return false;
    }
  }

  /**
   * Each decision reads whether its agent sits out: a variable, whose last write is its last pause or return to deciding. Where
   * there is one, the decision has to name it; before there is one, there is no event that it could name.
   */
  #satOut(decision: Event): boolean {
    const [here, there] = [this.run, this.#other].map((run) => run.lastPause(decision));
    if (here && !this.run.causesOf(decision).includes(here)) return false;
    return (here && this.differs(here)) || (here && this.partner(here)) !== there;
  }

  /** Whether a cause is an agent's last pause or return to deciding, where the other run had another. */
  #wasPausedOtherwise(cause: Event, reader: Event): boolean {
    if (cause.event_type !== "SYSTEM" || !isPause(cause)) return false;
    const until = this.#latestThere(this.run.at(reader));
    return this.partner(cause) !== this.#other.lastPauseOf(cause.subject_agent_id, until);
  }

  #hasTellingCause(event: Event): boolean {
    return this.run.causesOf(event).some((cause) => {
      // "Carried once, by a DETAIL `conditions`."
      if (isConditions(cause)) return this.#hasTellingCause(cause);
      return (
        this.differs(cause) || this.readsWhatDiffers(cause, event) || this.#wasPausedOtherwise(cause, event)
      );
    });
  }

  /** "Each `old_value` equals the `new_value` before it": a write says what was there before, or is none where that was the same. */
  #wasSomethingElse(write: Event, writer: Event): boolean {
    if (write.event_type !== "STATE") return false;
    const there = this.partner(writer);
    if (!there) return false;
    const name = nameOf(write.agent_id, write.variable_name);
    const here = lastBefore(this.run.values.get(name), this.run.at(writer));
    return here?.content !== lastBefore(this.#other.values.get(name), this.#other.at(there))?.content;
  }

  /** Whether a cause is a read of something whose value or last writer was another in the other run when `reader` read it. */
  readsWhatDiffers(cause: Event, reader: Event): boolean {
    if (this.#remembersWhatDiffers(cause, reader)) return true;
    const [from, until] = this.#windowOf(reader);
    return this.run.standsFor(cause).some(({ kind, name, index }) => {
      if (kind === "wholes") {
        const members = [...this.run.membersBelow(name), ...this.#other.membersBelow(name)];
        return members.some(({ node, member }) => {
          const own = this.run.memberVersions(node, member);
          const at = own.findLastIndex((version) => version.by === cause);
          return this.#differed(own, at, this.#other.memberVersions(node, member), [from, until]);
        });
      }
      return this.#differed(this.run[kind].get(name) ?? [], index, this.#other[kind].get(name) ?? [], [
        from,
        until,
      ]);
    });
  }

  /** Of its own memory an agent names the decision that wrote a key; of what was never written, what its memory began with. */
  #remembersWhatDiffers(cause: Event, { agent_id: agent, turn_number }: Event): boolean {
    if (agent === undefined) return false;
    const own = this.run.memoryWriters(agent, turn_number);
    const other = this.#other.memoryWriters(agent, turn_number);
    const isStart = cause.event_type === "MILESTONE" && cause.milestone_type === "simulation_start";
    const isComing = cause.event_type === "SYSTEM" && cause.details?.system_event_type === "agent_added";
    if (isStart || isComing) return [...other.keys()].some((key) => !own.has(key));
    return [...own].some(([key, writer]) => writer === cause && other.get(key) !== this.partner(writer));
  }

  #differed(
    own: readonly Version[],
    index: number,
    other: readonly Version[],
    [from, until]: Window,
  ): boolean {
    const version = own[index];
    if (!version) return false;
    const next = own[index + 1];
    if (next?.at === version.at) return false; // something nearer came of the same
    const begin = Math.max(from, version.at + 1);
    const end = Math.min(until, next?.at ?? Number.POSITIVE_INFINITY);
    if (begin > end) return false; // by then it was something else
    const [otherBegin, otherEnd] = [this.#earliestThere(begin), this.#latestThere(end)];
    const first = other.findLastIndex(({ at }) => at < otherBegin);
    const versions = other.filter(({ at }, place) => place === first || (at >= otherBegin && at < otherEnd));
    if (first === -1) versions.unshift({ at: -1, content: "absent", writer: undefined, by: version.by });
    return versions.some(
      ({ content, writer }) =>
        content !== version.content || this.partner(version.writer ?? version.by) !== writer,
    );
  }

  /** From when to when what an event names may have been read. */
  #windowOf(reader: Event): Window {
    const turn = this.run.turn(reader.turn_number);
    return isOfDeciding(reader) ? [turn.deciding, turn.deciding] : [turn.begin, this.run.at(reader)];
  }

  #earliestThere(place: number): number {
    for (let at = place - 1; at >= 0; at--) {
      const event = this.run.events[at];
      // Of several that differ it is not known which belong together, and so not when they were.
      const partner = event && !this.differs(event) && this.partner(event);
      if (partner) return this.#other.at(partner) + 1;
    }
    return 0;
  }

  #latestThere(place: number): number {
    for (let at = place; at < this.run.events.length; at++) {
      const event = this.run.events[at];
      // Of several that differ it is not known which belong together, and so not when they were.
      const partner = event && !this.differs(event) && this.partner(event);
      if (partner) return this.#other.at(partner);
    }
    return this.#other.events.length;
  }

  /** Whether what was done of it is something else in the other run: what an action wrote, what followed from a decision. */
  hasOtherOutcome(event: Event): boolean {
    if (this.differs(event)) return true;
    return this.run.effectsOf(event).some((effect) => {
      if (effect.event_type === "STATE") {
        const there = this.partner(effect);
        return (
          there?.event_type !== "STATE" ||
          JSON.stringify(there.new_value) !== JSON.stringify(effect.new_value)
        );
      }
      return isConditions(event)
        ? this.hasOtherOutcome(effect)
        : event.event_type === "DECISION" && this.differs(effect);
    });
  }

  textOf(event: Event): string {
    const partner = this.partner(event);
    const told = (cause: Event): string[] => [
      `  because of ${lineOf(cause)}`,
      ...(isConditions(cause) || cause.event_type === "DECISION" || event.event_type === "STATE"
        ? this.run.causesOf(cause).map((behind) => `    because of ${lineOf(behind)}`)
        : []),
    ];
    return [
      lineOf(event),
      partner ? `  in the other run: ${partner.description}` : "  not in the other run",
      ...this.run.causesOf(event).flatMap(told),
    ].join("\n");
  }
}

function isConditions(event: Event): boolean {
  return event.event_type === "DETAIL" && event.details?.conditions !== undefined;
}

function isEnd(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.milestone_type === "simulation_end";
}

function lastBefore(versions: readonly Version[] = [], place: number): Version | undefined {
  return versions.findLast(({ at }) => at < place);
}

function lineOf({ turn_number, event_type, description, event_id }: Event): string {
  return `turn ${turn_number} ${event_type} ${description} …${event_id.slice(-4)}`;
}
