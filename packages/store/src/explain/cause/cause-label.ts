import { EVENT_TYPES, type Event, type EventType, type StateEvent } from "@llm-sim/events/schema";
import { causeText, eventAgent } from "@llm-sim/events/words";
import type { RunView } from "../../reader/index.ts";
import { lineMember } from "./line-member.ts";

/** What brought a change of the state about. */
export interface Cause {
  /** For a person: `harvest by ann`, `regrowth`, `the set-up`. */
  label: string;
  /** The nearest cause; `undefined` where the log has none. */
  row: number | undefined;
  event_type: EventType | undefined;
  agent_id: string | undefined;
}

const UNKNOWN: Cause = {
  label: "no recorded cause",
  row: undefined,
  event_type: undefined,
  agent_id: undefined,
};
/** Causes kept, so that the many changes of one action ask for it once. */
const KEPT = 10_000;
const ACTION_TYPE = Buffer.from('"action_type":');
const DECISION_TYPE = Buffer.from('"decision_type":');

/** Names the causes of STATE events. */
export class CauseLabels {
  readonly #view: RunView;
  readonly #known = new Map<number, Cause>();

  constructor(view: RunView) {
    this.#view = view;
  }

  of(row: number, event: Pick<StateEvent, "details">): Cause {
    const nearest = this.#nearest(row);
    if (nearest === undefined) return UNKNOWN;
    const rule = event.details?.rule;
    // Where the rule has no event of its own, its change names it.
    if (typeof rule === "string") {
      const event_type = EVENT_TYPES[this.#view.index.columns.kind(nearest)];
      return { label: rule, row: nearest, event_type, agent_id: undefined };
    }
    const known = this.#known.get(nearest);
    if (known !== undefined) return known;
    const cause = labelled(this.#view, nearest, this.#view.event(nearest));
    this.#keep(nearest, cause);
    return cause;
  }

  /** The rows of the changes' nearest causes, whose lines can be read along with the changes' and given to `learn`. */
  rowsBehind(rows: readonly number[]): number[] {
    return rows.flatMap((row) => this.#nearest(row) ?? []);
  }

  learn(row: number, line: Buffer): void {
    if (!this.#known.has(row))
      this.#keep(row, this.#quickly(row, line) ?? labelled(this.#view, row, this.#view.event(row)));
  }

  #keep(row: number, cause: Cause): void {
    if (this.#known.size >= KEPT) this.#known.clear();
    this.#known.set(row, cause);
  }

  /** Without parsing the line, where it is laid out as usual. */
  #quickly(row: number, line: Buffer): Cause | undefined {
    const { columns, names } = this.#view.index;
    const kind = EVENT_TYPES[columns.kind(row)];
    const key = kind === "ACTION" ? ACTION_TYPE : kind === "DECISION" ? DECISION_TYPE : undefined;
    const name = key === undefined ? undefined : lineMember(line, key);
    const agent = names.agents.name(columns.agent(row));
    if (typeof name !== "string" || kind === undefined || agent === undefined) return undefined;
    return { label: `${name} by ${agent}`, row, event_type: kind, agent_id: agent };
  }

  #nearest(row: number): number | undefined {
    return this.#view.index.edges.causesOf(row).find((cause) => typeof cause === "number");
  }
}

function labelled(view: RunView, row: number, event: Event): Cause {
  return {
    label: causeText(event, view.agents),
    row,
    event_type: event.event_type,
    agent_id: eventAgent(event),
  };
}
