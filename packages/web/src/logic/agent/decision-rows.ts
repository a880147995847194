import type { Event } from "@llm-sim/events/schema";

type Of<Kind extends Event["event_type"]> = Extract<Event, { event_type: Kind }>;

/** A decision, what the agent did about it, and what came of that. */
export interface DecisionRow {
  decision: Of<"DECISION">;
  actions: Of<"ACTION">[];
  /** What it was not let do, or what failed. */
  refusals: Of<"SYSTEM">[];
}

/** Decisions in their order, each with the actions and refusals that name it as their cause. */
export function decisionRows(decisions: readonly Event[], others: readonly Event[]): DecisionRow[] {
  const rows = decisions.flatMap((event): DecisionRow[] =>
    event.event_type === "DECISION" ? [{ decision: event, actions: [], refusals: [] }] : [],
  );
  const byId = new Map(rows.map((row) => [row.decision.event_id, row]));
  for (const event of others) {
    for (const cause of event.caused_by ?? []) {
      const row = byId.get(cause);
      if (row === undefined) continue;
      if (event.event_type === "ACTION") row.actions.push(event);
      else if (event.event_type === "SYSTEM" && event.status !== "success") row.refusals.push(event);
    }
  }
  return rows;
}
