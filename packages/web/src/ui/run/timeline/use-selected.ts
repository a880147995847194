import { useQuery } from "@tanstack/react-query";
import type { Causality } from "../../../logic/api/index.ts";
import { api } from "../../session/index.ts";
import { useRun, useView } from "../session.ts";
import { useSettled } from "../use-settled.ts";

/** The selected event with its direct causes and effects, once they are known. */
export function useSelected(): Causality | undefined {
  const { id } = useRun();
  const selected = useView((view) => view.selected);
  const settled = useSettled(selected);
  const { data } = useQuery({
    queryKey: ["causality", id, settled, 1],
    queryFn: ({ signal }) => api.causality(id, settled ?? "", { depth: 1 }, signal),
    enabled: settled !== undefined,
  });
  return data?.event_id === selected ? data : undefined;
}
