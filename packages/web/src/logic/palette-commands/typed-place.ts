import { eventIdSchema } from "@llm-sim/events/schema";

/** A place that is named by what is typed. */
export type TypedPlace =
  | { kind: "turn"; turn: number }
  | { kind: "turns"; from: number; to: number }
  | { kind: "event"; eventId: string }
  | { kind: "condition"; condition: string };

const TURN = /^(?:turn\s+)?(\d{1,15})$/i;
/** Something compared with something. */
const COMPARES = /[^\s<>=!-]\s*(?:<=?|>=?|==|!=)\s*[^\s<>=!]/;
const TURNS = /^(?:turns?\s+)?(\d{1,15})\s*(?:\.\.|-|–|to)\s*(\d{1,15})$/i;

/** `12`, `turn 12`, `turns 5..10`, an event's id, `alice.wealth < 200`; of turns those that the run has. */
export function typedPlace(text: string, lastTurn: number): TypedPlace | undefined {
  const trimmed = text.trim();
  const id = eventIdSchema.safeParse(trimmed.toUpperCase());
  if (id.success) return { kind: "event", eventId: id.data };
  const turn = Number(TURN.exec(trimmed)?.[1]);
  if (turn <= lastTurn) return { kind: "turn", turn };
  const [, first, second] = TURNS.exec(trimmed) ?? [];
  const [from, to] = [Number(first), Number(second)].sort((a, b) => a - b);
  if (from !== undefined && to !== undefined && from <= lastTurn)
    return { kind: "turns", from, to: Math.min(to, lastTurn) };
  return COMPARES.test(trimmed) ? { kind: "condition", condition: trimmed } : undefined;
}
