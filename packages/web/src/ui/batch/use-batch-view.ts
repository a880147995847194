import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { type BatchView, readBatchView, writeBatchView } from "../../logic/batch/index.ts";

/** What the address says of the page, and how it is changed. */
export function useBatchView(): [BatchView, change: (patch: Partial<BatchView>) => void] {
  const search = useSearch({ from: "/batches/$batchId" });
  const navigate = useNavigate({ from: "/batches/$batchId" });
  const view = useMemo(() => readBatchView(search), [search]);
  return [
    view,
    (patch) =>
      void navigate({
        search: (before) => writeBatchView({ ...readBatchView(before), ...patch }),
        replace: true,
        resetScroll: false,
      }),
  ];
}
