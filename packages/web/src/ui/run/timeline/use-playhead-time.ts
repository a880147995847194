import { useQuery } from "@tanstack/react-query";
import { countEvents } from "../../../logic/api/index.ts";
import { microseconds } from "../../../logic/format/index.ts";
import { api } from "../../run-api.ts";
import { useRun, useView } from "../session.ts";

/** When the playhead's event, or the last one of its turn, happened; asked only where the axis is time. */
export function usePlayheadTime(): number | undefined {
  const { id } = useRun();
  const playhead = useView((view) => view.playhead);
  const byTime = useView((view) => view.axis === "time");
  const { data } = useQuery({
    queryKey: ["moment", id, playhead],
    queryFn: async ({ signal }) => {
      if (!playhead) return undefined;
      if (playhead.eventId !== undefined)
        return (await api.event({ id, event_id: playhead.eventId }, signal)).timestamp;
      const total = await countEvents(api, id, { turn_end: playhead.turn }, signal);
      const last = await api.events(
        { id, turn_end: playhead.turn, limit: 1, offset: Math.max(0, total - 1) },
        signal,
      );
      return last.events[0]?.timestamp;
    },
    enabled: byTime && playhead !== undefined,
    placeholderData: (before) => before,
  });
  return byTime ? microseconds(data) : undefined;
}
