import { EMPTY_FILTER, isEmpty } from "../../../logic/view/index.ts";
import { Empty } from "../../parts/index.ts";
import { usePager, useRun, useSearch, useView } from "../session.ts";

/** In place of the list where it is empty: because of the filter, or because there is nothing. */
export function NoEvents() {
  const { id, view, summary } = useRun();
  const { hints } = usePager();
  const isUnfiltered = useView(({ filter }) => isEmpty(filter));
  const { phase } = useSearch();
  if (phase === "running") return <Empty title="Nothing found so far">The search goes on.</Empty>;
  if (!isUnfiltered)
    return (
      <Empty title="No event matches">
        {hints.map((hint) => (
          <p key={hint}>{hint}</p>
        ))}
        <button type="button" className="button" onClick={() => view.set({ filter: EMPTY_FILTER })}>
          Clear the filter
        </button>
      </Empty>
    );
  return summary.status === "running" ? (
    <Empty title="No events yet">They appear here as they are written.</Empty>
  ) : (
    <Empty title="This run has no events">
      <p>
        Its log holds none that can be read. <code>llm-sim verify {id}</code> says what is wrong with it.
      </p>
    </Empty>
  );
}
