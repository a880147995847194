import type { BatchRun } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runWords, siblingsOf, viewForSibling } from "../../logic/batch/index.ts";
import { Icon, type IconName } from "../parts/index.ts";
import { batchQueries } from "../queries/index.ts";

/** To the runs of the same settings with the seed before and the seed behind, in the same view. */
export function SiblingLinks({ id, batchId }: { id: string; batchId: string }) {
  const { data } = useQuery(batchQueries.one(batchId, NO_OUTCOMES));
  if (!data) return null;
  const { runs, batch } = data.answer;
  const { previous, next } = siblingsOf(runs, id);
  const wordsOf = (run: BatchRun) => runWords(run, batch);
  return (
    <span className="sibling-links">
      {previous && (
        <SiblingLink id={previous.id} words={wordsOf(previous)} icon="left" name="Previous seed" />
      )}
      {next && <SiblingLink id={next.id} words={wordsOf(next)} icon="right" name="Next seed" />}
    </span>
  );
}

const NO_OUTCOMES: readonly string[] = [];

function SiblingLink({ id, words, icon, name }: { id: string; words: string; icon: IconName; name: string }) {
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: id }}
      search={viewForSibling}
      className="button icon-button quiet"
      aria-label={`${name}: ${words}`}
      title={`${name}: ${words}`}
    >
      <Icon name={icon} />
    </Link>
  );
}
