import type { EventType } from "../schema/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";
import type { EventStream } from "./index.ts";

/** Members by the names that they have in the log, right or wrong. */
export type Said = Readonly<Record<string, unknown>>;

/** By kind: emits an event with all that a caller can say of it. */
export const SAY: Readonly<Record<EventType, (stream: EventStream, event: Said) => unknown>> = {
  MILESTONE: (stream, event) => stream.phase(wronglyTyped(event.name), wronglyTyped(event)),
  DECISION: (stream, event) =>
    stream.decision(wronglyTyped(event.agent_id), wronglyTyped(event.decision_type), wronglyTyped(event)),
  ACTION: (stream, event) =>
    stream.action(
      wronglyTyped(event.agent_id),
      wronglyTyped(event.action_type),
      wronglyTyped(event.action_payload),
      wronglyTyped(event),
    ),
  STATE: (stream, event) => stream.state(wronglyTyped(event.variable_name), wronglyTyped(event)),
  DETAIL: (stream, event) =>
    stream.detail(
      wronglyTyped(event.calculation_type),
      wronglyTyped(event.intermediate_values),
      wronglyTyped(event),
    ),
  SYSTEM: (stream, event) => stream.system(wronglyTyped(event.status), wronglyTyped(event)),
};

/** Members that follow from how the event is emitted. */
const FOLLOWS: ReadonlySet<string> = new Set(["milestone_type", "scope"]);
/** What a caller says of every kind. */
const SAID_OF_ALL: ReadonlySet<string> = new Set(["agent_id", "description", "details"]);

export function canBeSaid({ name, isOwn }: { name: string; isOwn: boolean }): boolean {
  return isOwn ? !FOLLOWS.has(name) : SAID_OF_ALL.has(name);
}
