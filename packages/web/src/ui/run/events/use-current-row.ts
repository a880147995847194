import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { eventQueries } from "../../queries/index.ts";
import { usePager, useRun, useTip, useView } from "../session.ts";

/** The row the playhead is at: its event's, the last up to its turn's end, or while the end is followed the last. `undefined` where the filter leaves it out. */
export function useCurrentRow(): number | undefined {
  const { id, isLive, criteria } = useRun();
  const playhead = useView((view) => view.playhead);
  const follow = useView((view) => view.follow);
  const pager = usePager();
  const held = playhead?.eventId === undefined ? undefined : pager.indexOf(playhead.eventId);
  const { events, turns } = useTip();
  const isUnderWay = isLive && playhead !== undefined && playhead.turn >= turns;
  const { data } = useQuery({
    ...eventQueries.row(id, criteria, playhead, isUnderWay ? events : undefined),
    enabled: playhead !== undefined && held === undefined,
    placeholderData: keepPreviousData,
  });
  if (!playhead) return follow && pager.total !== undefined && pager.total > 0 ? pager.total - 1 : undefined;
  return held ?? data ?? undefined;
}
