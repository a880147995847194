import type { Event } from "@llm-sim/events/schema";
import { useState } from "react";
import "../../../styles/conversation.css";
import { CallView } from "./call-view.tsx";

/** The calls of a model that an event came of, or the one that it is: one at a time. */
export function Conversations({ calls }: { calls: readonly Pick<Event, "event_id" | "details">[] }) {
  const [chosen, setChosen] = useState<string>();
  const shown = calls.find((call) => call.event_id === chosen) ?? calls[0];
  if (!shown) return null;
  return (
    <section className="section asked" aria-label="What the model was asked">
      <h3>
        What the model was asked
        {calls.length > 1 && (
          <label className="select">
            <span className="sr-only">Which call</span>
            <select value={shown.event_id} onChange={(event) => setChosen(event.target.value)}>
              {calls.map((call, at) => (
                <option key={call.event_id} value={call.event_id}>
                  {at + 1} of {calls.length}: {coordinateOf(call)}
                </option>
              ))}
            </select>
          </label>
        )}
      </h3>
      <CallView eventId={shown.event_id} />
    </section>
  );
}

function coordinateOf({ event_id, details }: Pick<Event, "event_id" | "details">): string {
  return typeof details?.call === "string" ? details.call : event_id;
}
