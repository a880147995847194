import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { microseconds } from "../../../logic/format/index.ts";
import { eventQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";

/** When the playhead's event, or the last one of its turn, happened; asked only where the axis is time. */
export function usePlayheadTime(): number | undefined {
  const { id } = useRun();
  const playhead = useView((view) => view.playhead);
  const byTime = useView((view) => view.axis === "time");
  const { data } = useQuery({
    ...eventQueries.moment(id, playhead),
    enabled: byTime && playhead !== undefined,
    placeholderData: keepPreviousData,
  });
  return byTime ? microseconds(data ?? undefined) : undefined;
}
