import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Moment, stateQueries } from "../../queries/index.ts";
import { useRun, useTip, useView } from "../session.ts";
import { useThrottled } from "../use-throttled.ts";

/** The state at the playhead and at the end of the turn before; read again with every event of a turn under way. */
export function useWorld(enabled: boolean) {
  const { id, summary } = useRun();
  const tip = useTip();
  const playhead = useThrottled(useView((one) => one.playhead));
  const isFollowing = playhead === undefined && summary.status === "running";
  const wanted = isFollowing ? { events: tip.events } : momentOf(playhead, tip);
  const [asked, setAsked] = useState<AskedMoment>(wanted);
  // Where events come faster than the state is read, what is being read is waited for.
  const { events, ...moment } = isFollowing && asked.turn === undefined ? asked : wanted;
  const state = useQuery({
    ...stateQueries.world(id, moment, events),
    placeholderData: keepPreviousData,
    enabled,
  });
  useEffect(() => {
    if (!state.isFetching) setAsked((before) => (isSame(before, wanted) ? before : wanted));
  });
  return state;
}

interface AskedMoment extends Moment {
  events?: number | undefined;
}

function momentOf(
  playhead: { turn: number; eventId?: string | undefined } | undefined,
  tip: { turns: number; events: number },
): AskedMoment {
  const { turn = tip.turns, eventId } = playhead ?? {};
  if (eventId !== undefined) return { turn: Math.min(turn, tip.turns), eventId };
  return turn < tip.turns ? { turn } : { turn: tip.turns, events: tip.events };
}

function isSame(one: AskedMoment, other: AskedMoment): boolean {
  return one.turn === other.turn && one.eventId === other.eventId && one.events === other.events;
}
