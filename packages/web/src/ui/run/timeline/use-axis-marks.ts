import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { timeOfId } from "../../../logic/condition/index.ts";
import type { Flag } from "../../../logic/timeline/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { useMoments } from "../condition/index.ts";
import { useRun, useView } from "../session.ts";

/** What is marked on the axis: where phases begin, and where the page's condition became true. */
export function useAxisMarks(): { flags: readonly Flag[]; moments: readonly number[] } {
  const { id, summary } = useRun();
  const axis = useView((one) => one.axis);
  const phases = useQuery(overviewQueries.phases(id, summary.event_count)).data?.phases;
  const { answer, turns } = useMoments();
  const flags = useMemo(
    () =>
      (phases ?? []).flatMap(({ name, turn_start, event_id }) => {
        const position = axis === "turn" ? turn_start : timeOfId(event_id);
        return position === undefined ? [] : { position, label: name };
      }),
    [phases, axis],
  );
  const moments = useMemo(
    () =>
      axis === "turn"
        ? turns.map((turn) => turn + 0.5)
        : (answer?.moments ?? []).flatMap(({ event_id }) => timeOfId(event_id) ?? []),
    [answer, turns, axis],
  );
  return { flags, moments };
}
