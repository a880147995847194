import type { Event } from "@llm-sim/events/schema";
import { describe } from "@llm-sim/events/words";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { DecisionRow } from "../../logic/agent/index.ts";
import { KindMark, Loading } from "../parts/index.ts";
import { eventQueries } from "../queries/index.ts";

/** Events that are listed of what it rested on, and of what came of it. */
const LISTED = 30;

/** A decision: what it was, what was done about it, and, once opened, what it rested on. */
export function DecisionItem({
  run,
  row: { decision, actions, refusals },
}: {
  run: string;
  row: DecisionRow;
}) {
  const [open, setOpen] = useState(false);
  return (
    <li className="decision">
      <span className="relation-turn">turn {decision.turn_number}</span>
      <EventLink run={run} event={decision} />
      <span className="decision-outcome">
        {actions.map((action) => (
          <EventLink key={action.event_id} run={run} event={action} />
        ))}
        {refusals.map((refusal) => (
          <EventLink key={refusal.event_id} run={run} event={refusal} />
        ))}
        {actions.length === 0 && refusals.length === 0 && <span className="count">nothing was done</span>}
      </span>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>What it rested on</summary>
        {open && <Background run={run} decision={decision} />}
      </details>
    </li>
  );
}

function Background({ run, decision }: { run: string; decision: Event }) {
  const { data, error } = useQuery(eventQueries.causality(run, decision.event_id, 1, false));
  if (error && !data) return <p className="note">{error.message}</p>;
  if (!data) return <Loading label="Looking" />;
  const causes = data.upstream.filter(({ depth }) => depth === 1);
  return (
    <>
      {causes.length === 0 && <p className="note">On nothing that is recorded.</p>}
      <ul>
        {causes.slice(0, LISTED).map((cause) => (
          <li key={cause.event_id}>
            <EventLink run={run} event={cause} />
          </li>
        ))}
      </ul>
      {causes.length > LISTED && <p className="note">and {causes.length - LISTED} more</p>}
    </>
  );
}

function EventLink({ run, event }: { run: string; event: Event }) {
  const { event_id: id, event_type: kind, turn_number: turn } = event;
  return (
    <Link
      className="decision-event"
      to="/runs/$runId"
      params={{ runId: run }}
      search={{ event: id, at: `${turn}@${id}` }}
    >
      <KindMark kind={kind} /> <bdi>{describe(event)}</bdi>
    </Link>
  );
}
