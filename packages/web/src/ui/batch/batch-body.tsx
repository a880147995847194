import type { BatchAnswer } from "@llm-sim/api";
import { useMemo, useState } from "react";
import {
  AS_MADE,
  type AskedBatch,
  agentsIn,
  columnsOf,
  nameOf,
  runWords,
  settingsText,
  shortId,
  sortRuns,
} from "../../logic/batch/index.ts";
import { plural } from "../../logic/format/index.ts";
import { toggle } from "../../logic/view/index.ts";
import { Empty, ErrorBoundary } from "../parts/index.ts";
import { useTheme } from "../session/index.ts";
import { Fan } from "./fan.tsx";
import { HeatMap } from "./heat-map.tsx";
import { OutcomeBox, OutcomeCounts } from "./outcomes.tsx";
import { PartingCard } from "./parting.tsx";
import { PickedBar } from "./picked-bar.tsx";
import { runLooks } from "./run-colors.ts";
import { RunsTable } from "./runs-table.tsx";
import { useBatchView } from "./use-batch-view.ts";
import { VariablesMenu } from "./variables-menu.tsx";

/** Fans that the page shows where nobody has chosen. */
const FIRST_FANS = 2;

export function BatchBody({ asked: { answer, outcomes, refused } }: { asked: AskedBatch }) {
  const [view, change] = useBatchView();
  const theme = useTheme();
  const [pickedAt, setPickedAt] = useState<ReadonlyMap<string, number>>(new Map());
  const [shown, setShown] = useState<string>();
  const { parting, runs, batch } = answer;
  const looks = useMemo(
    () =>
      runLooks(
        parting,
        view.runs.filter((id) => runs.some((run) => run.id === id)),
        theme,
      ),
    [parting, view.runs, runs, theme],
  );
  const columns = useMemo(() => columnsOf(answer, outcomes), [answer, outcomes]);
  const sorted = useMemo(() => sortRuns(runs, columns, view.sort), [runs, columns, view.sort]);
  const words = useMemo(() => new Map(runs.map((run) => [run.id, runWords(run, batch)])), [runs, batch]);
  const wordsOf = (id: string) => words.get(id) ?? shortId(id, batch.id);
  const names = view.variables.length > 0 ? view.variables : firstNames(answer);

  function pick(id: string, turn?: number): void {
    const isPicked = view.runs.includes(id);
    // A curve that is picked already leads to where it was clicked now.
    if (turn !== undefined) setPickedAt(new Map([...pickedAt, [id, turn]]));
    if (!isPicked || turn === undefined) change({ runs: toggle(view.runs, id) });
    setShown(id);
  }
  function sortBy(column: string): void {
    const { sort } = view;
    // Up, down, and as they were made again.
    if (sort.column !== column) change({ sort: { column, descending: false } });
    else change({ sort: sort.descending ? AS_MADE : { column, descending: true } });
  }
  return (
    <>
      <MissingRuns answer={answer} />
      <PartingCard answer={answer} looks={looks} wordsOf={wordsOf} />
      <div className="row batch-tools">
        <VariablesMenu answer={answer} shown={names} onChange={(variables) => change({ variables })} />
        <span className="count">
          The strong line is the middle of the runs; eight of ten lie in the shade. Click a curve to pick its
          run.
        </span>
      </div>
      {names.length === 0 && (
        <Empty title="No variable is known of these runs">
          A run's variables are told by its summary.json, which is written at its end.
        </Empty>
      )}
      {names.map((name) => (
        <ErrorBoundary key={name}>
          <Fan
            answer={answer}
            name={name}
            looks={looks}
            wordsOf={wordsOf}
            onPick={pick}
            onRemove={names.length > 1 ? () => change({ variables: toggle(names, name) }) : undefined}
          />
        </ErrorBoundary>
      ))}
      <HeatMap
        answer={answer}
        outcomes={outcomes}
        chosen={view.heat}
        onChoose={(heat) => change({ heat })}
        onPick={(ids) => change({ runs: [...ids] })}
      />
      <section className="card" aria-label="The runs">
        <h2>{plural(runs.length, "run")}</h2>
        <OutcomeBox
          outcomes={view.outcomes}
          refused={refused}
          onChange={(next) => change({ outcomes: next })}
        />
        <OutcomeCounts answer={answer} />
        <RunsTable
          runs={sorted}
          columns={columns}
          order={view.sort}
          looks={looks}
          shown={shown}
          onSort={sortBy}
          onPick={(id) => pick(id)}
          onRemove={(outcome) => change({ outcomes: view.outcomes.filter((one) => one !== outcome) })}
        />
      </section>
      <PickedBar
        looks={looks}
        wordsOf={wordsOf}
        turns={pickedAt}
        onDrop={(id) => change({ runs: view.runs.filter((one) => one !== id) })}
        onClear={() => change({ runs: [] })}
      />
    </>
  );
}

/** The variable in which they part, then those that differ most. */
function firstNames(answer: BatchAnswer): string[] {
  const known = agentsIn(answer);
  const numbers = answer.variables.filter(({ kind }) => kind === "number");
  const names = [answer.parting, ...answer.end_variables, ...numbers].flatMap((variable) =>
    variable ? [nameOf(variable, known)] : [],
  );
  return [...new Set(names)].slice(0, FIRST_FANS);
}

/** Runs that were asked for and are not there. */
function MissingRuns({ answer: { missing, missing_total: total } }: { answer: BatchAnswer }) {
  if (total === 0) return null;
  const named = missing
    .slice(0, 6)
    .map(({ seed, settings }) => `seed ${seed} ${settingsText(settings)}`.trim());
  const more = total - named.length;
  return (
    <p className="note">
      {plural(total, "run")} that {total === 1 ? "was" : "were"} asked for {total === 1 ? "is" : "are"} not
      there: {named.join("; ")}
      {more > 0 ? `; and ${more} more` : ""}. The same command plays {total === 1 ? "it" : "them"}.
    </p>
  );
}
