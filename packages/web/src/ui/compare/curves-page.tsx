import type { RunDetails } from "@llm-sim/api";
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { curveNamed, numbersOf, turnsOf, valueAt } from "../../logic/batch/index.ts";
import { seriesStyle } from "../../logic/palette/index.ts";
import { PaletteButton } from "../palette/index.ts";
import { Empty, Failure, GapMark, Icon, Loading, NoSuchRun } from "../parts/index.ts";
import { curveQueries, MOST_POINTS, runQueries } from "../queries/index.ts";
import { loadPart, ThemeSwitch, TokenForm, useTheme, wantsToken } from "../session/index.ts";

const LineChart = lazy(async () => ({
  default: (await loadPart(() => import("../line-chart.tsx"))).LineChart,
}));

/** Runs whose curves are drawn at once: as many as can be told apart. */
const MOST = 28;

/** One variable of several runs in one chart. */
export function CurvesPage() {
  const search = useSearch({ from: "/curves" });
  const asked = [...new Set(search.runs?.split(",").filter(Boolean))];
  const ids = asked.slice(0, MOST);
  const runs = useQueries({
    queries: ids.map((id) => runQueries.details(id)),
    combine: (results) => ({
      data: results.flatMap(({ data }) => data ?? []),
      errors: results.map(({ error }) => error),
      refetch: () => results.forEach((one) => void one.refetch()),
    }),
  });
  const missing = ids.filter((_, at) => isApiError(runs.errors[at], "SIMULATION_NOT_FOUND"));
  const error = runs.errors.find((one) => one && !isApiError(one, "SIMULATION_NOT_FOUND"));
  useEffect(() => {
    document.title = "Curves · llm-sim";
  }, []);
  return (
    <main className="page compare">
      <header className="run-header">
        <Link to="/" search={{}} className="back">
          Runs
        </Link>
        <Icon name="right" />
        <h1>Curves of {ids.length} runs</h1>
        <span className="spacer" />
        <PaletteButton />
        <ThemeSwitch />
      </header>
      {ids.length === 0 && (
        <Empty title="No run is named">
          <Link to="/" search={{}}>
            Pick some in the list of runs
          </Link>
        </Empty>
      )}
      {asked.length > MOST && (
        <p className="note">
          The first {MOST} of {asked.length}: more lines cannot be told apart.
        </p>
      )}
      {missing.map((id) => (
        <NoSuchRun key={id} id={id} />
      ))}
      {error && wantsToken(error) && <TokenForm />}
      {error && !wantsToken(error) && <Failure error={error} onRetry={runs.refetch} />}
      {!error && ids.length > missing.length + runs.data.length && <Loading label="Reading the runs" />}
      {runs.data.length > 0 && runs.data.length + missing.length === ids.length && (
        <SeveralCurves runs={runs.data} />
      )}
    </main>
  );
}

function SeveralCurves({ runs }: { runs: readonly RunDetails[] }) {
  const search = useSearch({ from: "/curves" });
  const navigate = useNavigate({ from: "/curves" });
  const theme = useTheme();
  const lists = useQueries({
    queries: runs.map(({ id, event_count }) => curveQueries.names(id, event_count)),
    combine: together,
  });
  const names = useMemo(() => numbersOf(lists.data), [lists.data]);
  const chosen = search.variable ?? names[0];
  const answers = useQueries({
    queries: runs.map(({ id, event_count }) => ({
      ...curveQueries.named(id, chosen ?? "", event_count),
      enabled: chosen !== undefined,
    })),
    combine: together,
  });
  const curves = useMemo(
    () => (chosen === undefined ? [] : answers.data.flatMap((answer) => curveNamed(answer, chosen) ?? [])),
    [answers.data, chosen],
  );
  const turns = useMemo(() => turnsOf(curves), [curves]);
  const lines = useMemo(
    () =>
      curves.map((curve) => ({
        label: curve.id,
        values: turns.map((turn) => valueAt(curve, turn)),
        // The same whichever variable is drawn.
        ...seriesStyle(
          runs.findIndex(({ id }) => id === curve.id),
          theme,
        ),
      })),
    [curves, turns, runs, theme],
  );
  const failed = lists.error ?? answers.error;
  if (failed) return <Failure error={failed} onRetry={lists.error ? lists.refetch : answers.refetch} />;
  if (lists.data.length < runs.length) return <Loading label="Reading their variables" />;
  if (chosen === undefined) return <Empty title="No variable of these runs is a number" />;
  const isRead = answers.data.length === runs.length;
  const without = isRead ? runs.filter(({ id }) => !curves.some((curve) => curve.id === id)) : [];
  return (
    <section className="card" aria-label="Curves">
      <h2 className="row">
        Curves of
        <select
          aria-label="Variable"
          value={chosen}
          onChange={(event) =>
            void navigate({
              search: (before) => ({ ...before, variable: event.target.value }),
              replace: true,
            })
          }
        >
          {(names.includes(chosen) ? names : [chosen, ...names]).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <GapMark
          gaps={answers.data.flatMap(({ simulation_id: id, gaps }) =>
            gaps.map((gap) => ({ ...gap, message: `${id}: ${gap.message}` })),
          )}
        />
        {runs.some((run) => run.turns > MOST_POINTS) && (
          <span className="count">of a run at most {MOST_POINTS} values</span>
        )}
      </h2>
      <Suspense fallback={<Loading />}>
        {lines.length > 0 && (
          <LineChart
            name={chosen}
            lines={lines}
            turns={turns}
            cursor={undefined}
            height={420}
            fileName={chosen}
          />
        )}
      </Suspense>
      {without.map(({ id }) => (
        <p key={id} className="count">
          {id} has no number {chosen}
        </p>
      ))}
      <ul className="run-links">
        {runs.map(({ id }) => (
          <li key={id}>
            <Link to="/runs/$runId" params={{ runId: id }} search={{}}>
              {id}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Answers to the same question of several runs, those that there are. */
function together<Answer>(results: UseQueryResult<Answer>[]) {
  return {
    data: results.flatMap(({ data }) => data ?? []),
    error: results.find(({ error }) => error)?.error,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}
