import fc from "fast-check";
import type { EventHandle, EventStream, Scope } from "../index.ts";
import type { Event } from "../schema/index.ts";

/** A step of a simulation that somebody might write: an event, its causes by number among those before, and what it leads to. */
export interface Step {
  kind:
    | "decision"
    | "action"
    | "state"
    | "detail"
    | "warning"
    | "retry"
    | "success"
    | "model call"
    | "phase"
    | "turn";
  causes: number[];
  inside: Step[];
}

const anyKind = fc.constantFrom<Step["kind"]>(
  "decision",
  "action",
  "state",
  "detail",
  "warning",
  "retry",
  "success",
  "model call",
  "phase",
);

const anyCauses = fc.array(fc.nat(60), { maxLength: 3 });
function stepOf(depth: number): fc.Arbitrary<Step> {
  const none = fc.constant<Step[]>([]);
  const some = depth > 1 ? fc.array(stepOf(depth - 1), { maxLength: 4 }) : none;
  const inside: fc.Arbitrary<Step[]> = fc.oneof(
    { weight: 2, arbitrary: none },
    { weight: 1, arbitrary: some },
  );
  return fc.record({ kind: anyKind, causes: anyCauses, inside });
}
const step = stepOf(4);

const aTurn: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("turn" as const),
  causes: fc.constant([]),
  inside: fc.array(step, { maxLength: 5 }),
});

export const program: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 2, arbitrary: aTurn }, step), { maxLength: 6 })
  .map((steps) => within(steps, 50));

/** Fewer than the 64 causes that an event can hold: past them, ancestors are rightly left out. */
function within(steps: Step[], most: number): Step[] {
  let left = most;
  const cut = (some: Step[]): Step[] =>
    some.flatMap((one) => (left-- > 0 ? [{ ...one, inside: cut(one.inside) }] : []));
  return cut(steps);
}

/** Runs a program. Every event it emits carries its number in `details.number`. */
export function run(stream: EventStream, steps: Step[], passScopes: boolean, afterEach: () => void): void {
  const handles: EventHandle[] = [];
  let number = 0;
  let turns = 0;
  const emit = (scope: Scope, { kind, causes }: Step): EventHandle => {
    const caused_by = causes.flatMap((cause) => handles[cause % (handles.length + 1)] ?? []);
    const common = { details: { number: number++ }, ...(caused_by.length > 0 && { caused_by }) };
    switch (kind) {
      case "decision":
        return scope.decision("alice", "plan", common);
      case "action":
        return scope.action("bob", "buy", { n: 1 }, common);
      case "state":
        return scope.state("wealth", { agent_id: "alice", old_value: 1, new_value: 2, ...common });
      case "detail":
        return scope.detail("interest", {}, common);
      case "model call":
        return scope.system("success", {
          ...common,
          details: { ...common.details, system_event_type: "model_call" },
        });
      case "phase":
      case "turn":
        return scope.phase("p", common);
      default:
        return scope.system(kind, common);
    }
  };
  const play = (scope: Scope, some: Step[]): void => {
    for (const one of some) {
      if (one.kind === "turn") {
        stream.turn(++turns, (turn) => play(passScopes ? turn : stream, one.inside));
      } else {
        const handle = emit(scope, one);
        handles.push(handle);
        if (one.inside.length > 0) {
          stream.because(handle, (inner) => play(passScopes ? inner : stream, one.inside));
        }
      }
      afterEach();
    }
  };
  play(stream, steps);
}

/** What an event is called whatever run of the program it is in. */
export function nameOf(event: Event): string | undefined {
  const number = event.details?.number;
  if (typeof number === "number") return `event ${number}`;
  if (event.event_type === "MILESTONE") return `${event.milestone_type} ${event.turn_number}`;
  return undefined; // events_dropped: no event of the program's
}

/** For each event, those events before it that led to it, near or far, as far as `isKept` says. */
export function ancestorsByName(events: Event[], isKept: (name: string) => boolean): Map<string, string[]> {
  const names = new Map(events.map((event) => [event.event_id, nameOf(event)]));
  const all = new Map<string, Set<string>>();
  for (const event of events) {
    const mine = new Set<string>();
    for (const cause of event.caused_by ?? []) {
      mine.add(cause);
      for (const one of all.get(cause) ?? []) mine.add(one);
    }
    all.set(event.event_id, mine);
  }
  const result = new Map<string, string[]>();
  for (const [id, ancestors] of all) {
    const name = names.get(id);
    if (name === undefined || !isKept(name)) continue;
    result.set(
      name,
      [...ancestors]
        .flatMap((one) => names.get(one) ?? [])
        .filter(isKept)
        .toSorted(),
    );
  }
  return result;
}
