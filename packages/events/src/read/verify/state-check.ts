import { ANY_AGENTS, VariableMap, variableText } from "../../naming/index.ts";
import type { Event, JsonValue, MilestoneEvent, StateEvent } from "../../schema/index.ts";
import { canonicalJson, isSameJson, StateFold } from "../../state/index.ts";
import { shorten } from "../../words/index.ts";
import type { Place } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

/** Folds the STATE events and holds them to each other and to the recorded hashes. */
export class StateCheck {
  readonly #report: ReportViolation;
  readonly #state = new StateFold();
  /** Some variable was `added` or `removed`: the run records its state whole, so that each begins with `added`. */
  #isWhole = false;
  #hasHashes = false;
  /** The hash disagreed: said once, until it agrees again. */
  #disagrees = false;
  /** After a loss, the variables whose value is known again, by agent; `undefined` where all are. */
  #known: Map<string | undefined, Set<string>> | undefined;

  /** Variables whose last value was left out. */
  readonly #leftOut = new VariableMap<true>();

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  event(event: Event, place: Place): void {
    if (event.event_type === "STATE") this.#write(event, place);
    else if (event.event_type === "MILESTONE" && event.milestone_type === "turn_end")
      this.#turnEnd(event, place);
  }

  loss(): void {
    this.#known = new Map();
  }

  #write(event: StateEvent, place: Place): void {
    const { agent_id: agentId, variable_name: name, change } = event;
    if (change !== undefined) this.#isWhole = true;
    const known = this.#known?.get(agentId);
    const isUnknown = this.#leftOut.has(agentId, name) || event.lossy?.includes("/old_value") === true;
    if (!isUnknown && (!this.#known || known?.has(name))) {
      this.#continuity(event, this.#state.get(agentId, name), place);
    }
    if (change === "added" && event.old_value !== null) {
      this.#report("state-change", place, `${label(event)} is added, but old_value is not null`);
    }
    if (change === "removed" && event.new_value !== null) {
      this.#report("state-change", place, `${label(event)} is removed, but new_value is not null`);
    }
    if (known) known.add(name);
    else this.#known?.set(agentId, new Set([name]));
    if (isLeftOut(event)) this.#leftOut.set(agentId, name, true);
    else this.#leftOut.delete(agentId, name);
    this.#state.apply(event);
  }

  #continuity(event: StateEvent, last: JsonValue | undefined, place: Place): void {
    if (last === undefined) {
      if (event.change === "added" || !this.#isWhole) return;
      this.#report("state-change", place, `${label(event)} changes, but was never added, or removed`);
    } else if (event.change === "added") {
      this.#report("state-change", place, `${label(event)} is added, but is there already`);
    } else if (!isSameJson(event.old_value, last)) {
      const message = `${label(event)}: old_value is ${brief(event.old_value)}, the new_value before it ${brief(last)}`;
      this.#report("state-continuity", place, message);
    }
  }

  #turnEnd(event: MilestoneEvent, place: Place): void {
    const recorded = event.details?.state_hash;
    if (recorded === undefined) {
      if (!this.#hasHashes) return;
      this.#report("state-hash", place, "turn_end has no state_hash, but those before it had");
      return;
    }
    this.#hasHashes = true;
    const folded = this.#state.hash();
    if (recorded === folded) {
      this.#known = undefined;
      this.#disagrees = false;
    } else if (!this.#known && !this.#disagrees && this.#leftOut.size === 0) {
      this.#disagrees = true;
      this.#report("state-hash", place, `state_hash is ${brief(recorded)}, the folded state's ${folded}`);
    }
  }
}

/** Whether a change was recorded without its value. */
export function isLeftOut(event: Event): event is StateEvent {
  return (
    event.event_type === "STATE" &&
    event.change !== "removed" &&
    event.new_value === null &&
    event.lossy?.includes("/new_value") === true
  );
}

function label({ agent_id, variable_name }: StateEvent): string {
  return variableText({ agent_id, variable_name }, ANY_AGENTS);
}

const BRIEF_LENGTH = 80;

function brief(value: JsonValue): string {
  return shorten(canonicalJson(value), BRIEF_LENGTH);
}
