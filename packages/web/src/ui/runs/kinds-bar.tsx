import type { RunDetails } from "@llm-sim/api";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { formatCount } from "../../logic/format/index.ts";

/** A run's events by kind, as long as its share of the largest run in the list (by square root: small ones stay visible). */
export function KindsBar({ counts, share }: { counts: RunDetails["by_type"] | undefined; share: number }) {
  const present = EVENT_TYPES.filter((kind) => (counts?.[kind] ?? 0) > 0);
  if (!counts || present.length === 0) return <span className="kinds-bar" />;
  const text = present.map((kind) => `${kind} ${formatCount(counts[kind] ?? 0)}`).join(", ");
  return (
    <span className="kinds-bar" role="img" aria-label={text} title={text.replaceAll(", ", "\n")}>
      <span className="kinds-fill" style={{ width: `${Math.max(4, Math.sqrt(share) * 100)}%` }}>
        {present.map((kind) => (
          <span
            key={kind}
            style={{ flexGrow: counts[kind], background: `var(--kind-${kind.toLowerCase()})` }}
          />
        ))}
      </span>
    </span>
  );
}
