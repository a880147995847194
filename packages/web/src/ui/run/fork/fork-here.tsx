import type { Event } from "@llm-sim/events/schema";
import { useId, useState } from "react";
import { useRun } from "../session.ts";
import "../../../styles/fork.css";
import { ForkFields } from "./fork-fields.tsx";

/** Offers to play the run again from an event on. */
export function ForkHere({ event }: { event: Event }) {
  const { summary } = useRun();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <section className="fork" aria-label="Fork">
      <button
        type="button"
        className="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        disabled={summary.status === "running"}
        title={
          summary.status === "running"
            ? "Once the run is over it can be forked"
            : "Play the run again from here on, with something made otherwise"
        }
        onClick={() => setOpen(!isOpen)}
      >
        Fork from here
      </button>
      {isOpen && (
        <div id={id}>
          <ForkFields key={event.event_id} event={event} onCancel={() => setOpen(false)} />
        </div>
      )}
    </section>
  );
}
