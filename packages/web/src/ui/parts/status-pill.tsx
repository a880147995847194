import type { RunSummary } from "@llm-sim/api";

const MEANING: Record<RunSummary["status"], string> = {
  running: "Its writer is at work",
  completed: "It ran to its end",
  failed: "It ended with an error",
  interrupted: "It ended before it was done",
};

export function StatusPill({ status }: { status: RunSummary["status"] }) {
  return (
    <span className={`status status-${status}`} title={MEANING[status]}>
      <span className="status-dot" aria-hidden="true" />
      {status}
    </span>
  );
}
