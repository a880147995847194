import type { RunSummary } from "@llm-sim/api";
import type { ReactNode } from "react";

const MEANING: Record<RunSummary["status"], string> = {
  running: "Its writer is at work",
  completed: "It ran to its end",
  failed: "It ended with an error",
  interrupted: "It ended before it was done",
};

interface StatusPillProps {
  status: RunSummary["status"];
  /** Instead of the word alone. */
  children?: ReactNode;
}

export function StatusPill({ status, children = status }: StatusPillProps) {
  return (
    <span className={`status status-${status}`} title={MEANING[status]}>
      <span className="status-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
