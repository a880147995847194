import { completenessOf, type EffectsAnswer, type effectsQuerySchema } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { countText } from "@llm-sim/events/words";
import type * as z from "zod";
import { eventNotFound } from "../../errors.ts";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { CHAINED, gapsOf } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { now } from "../rows/index.ts";
import { eventsOf, grouped } from "./group.ts";
import { clause, upperFirst } from "./sentence.ts";
import { cutOf, MAX_STEPS, stepOf } from "./steps.ts";
import { walkForward } from "./walk.ts";

/** What an event led to. */
export async function effectsOf(
  view: RunView,
  { event_id, depth }: z.output<typeof effectsQuerySchema>,
  recording: Recording,
  pace: Pace,
): Promise<EffectsAnswer> {
  const row = view.index.find(event_id);
  if (row < 0) throw eventNotFound(view.id, event_id);
  const walk = await walkForward(view, row, depth, pace);
  const events = await eventsOf(view, walk.steps, pace);
  const groups = grouped(view.index, walk.steps, events);
  const event = events.get(row) ?? view.event(row);
  const found = [...events.values()];
  const last = found.reduce((turn, { turn_number }) => Math.max(turn, turn_number), 0);
  const gaps = gapsOf(
    { view, recording },
    {
      claim: "causes",
      from: row + 1,
      until: now(view),
      kinds: CHAINED,
      chain: { events: [...events.values()], isOnward: true, missing: [] },
    },
  );
  const changes = found.filter((effect) => effect !== event && effect.event_type === "STATE").length;
  return {
    simulation_id: view.id,
    event_id,
    event,
    summary: `${upperFirst(clause(event, view.agents))}; ${consequences(event, found.length - 1, changes, last, walk.truncated !== false)}.`,
    steps: groups.slice(0, MAX_STEPS).map((group) => stepOf(group, view.agents, {})),
    events: found.length - 1,
    changes,
    depth,
    ...completenessOf(gaps),
    ...cutOf(walk.truncated, groups.length),
  };
}

function consequences(event: Event, events: number, changes: number, last: number, isMore: boolean): string {
  if (events === 0) return "that led to nothing else";
  const least = isMore ? "at least " : "";
  const turns = last === event.turn_number ? "in the same turn" : `up to turn ${last}`;
  return `that led to ${least}${countText(events, "event")} ${turns}, ${countText(changes, "change")} of the state among them`;
}
