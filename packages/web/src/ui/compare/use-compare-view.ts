import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { type CompareView, readCompareView, writeCompareView } from "../../logic/compare/index.ts";

/** What the page shows, as its address says. */
export function useCompareView(): [CompareView, (patch: Partial<CompareView>) => void] {
  const search = useSearch({ from: "/runs/$leftId/compare/$rightId" });
  const navigate = useNavigate({ from: "/runs/$leftId/compare/$rightId" });
  const view = useMemo(() => readCompareView(search), [search]);
  const change = (patch: Partial<CompareView>) =>
    void navigate({
      search: (before) => {
        const written = writeCompareView({ ...readCompareView(before), ...patch });
        return Object.fromEntries(
          Object.entries(written).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        );
      },
      replace: true,
      resetScroll: false,
    });
  return [view, change];
}
