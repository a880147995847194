import type { CausalityAnswer } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { eventQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";
import { useSettled } from "../use-settled.ts";

/** The selected event with its direct causes and effects, once they are known. */
export function useSelected(): CausalityAnswer | undefined {
  const { id } = useRun();
  const selected = useView((view) => view.selected);
  const settled = useSettled(selected);
  const { data } = useQuery({
    ...eventQueries.causality(id, settled ?? "", 1),
    enabled: settled !== undefined,
  });
  return data?.event_id === selected ? data : undefined;
}
