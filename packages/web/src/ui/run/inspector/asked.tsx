import { type Event, MODEL_CALL } from "@llm-sim/events/schema";
import { lazy, Suspense } from "react";
import { loadPart } from "../../session/index.ts";
import { useNeighbours } from "../use-neighbours.ts";

// Runs without language models do without it.
const Conversations = lazy(async () => ({
  default: (await loadPart(() => import("../conversation/index.ts"))).Conversations,
}));

/** An attempt at a call of a language model. */
export function isModelCall(event: Event): boolean {
  return event.event_type === "SYSTEM" && event.details?.system_event_type === MODEL_CALL;
}

/** What a model was asked and answered, where the event is such a call or came of some. */
export function Asked({ event }: { event: Event }) {
  const neighbours = useNeighbours(event);
  const behind = neighbours?.upstream.filter((cause) => cause.depth === 1 && isModelCall(cause)) ?? [];
  const calls = isModelCall(event) ? [event] : behind;
  if (calls.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Conversations calls={calls} />
    </Suspense>
  );
}
