import type { BatchAnswer } from "@llm-sim/api";
import { runsText, seedsText, statusCounts, sweptIn, sweptText } from "../../logic/batch/index.ts";
import { formatCount, formatMoment } from "../../logic/format/index.ts";
import { GapMark } from "../parts/index.ts";

/** How many runs, how they stand, and what was varied. */
export function BatchFacts({ answer: { batch, gaps } }: { answer: BatchAnswer }) {
  const { varying, fixed } = sweptIn(batch);
  const paths = batch.settings.map(({ path }) => path);
  const statuses = statusCounts(batch);
  return (
    <>
      <span className="facts">
        {runsText(batch)}: {statuses.map(({ status, count }) => `${formatCount(count)} ${status}`).join(", ")}{" "}
        · {seedsText(batch.seeds)}
        {varying.map((swept) => (
          <span key={swept.path} title={swept.path}>
            {" "}
            · {sweptText(swept, paths, 8)}
          </span>
        ))}
        {fixed.length > 0 && (
          <span title={fixed.map(({ path }) => path).join("\n")}>
            {" "}
            · all with {fixed.map((swept) => sweptText(swept, paths)).join(", ")}
          </span>
        )}
        {batch.start_time && (
          <span title="When its first run began, UTC"> · {formatMoment(batch.start_time)}</span>
        )}
      </span>
      <GapMark gaps={gaps} />
    </>
  );
}
