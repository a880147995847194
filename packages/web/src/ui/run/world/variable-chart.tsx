import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { isApiError } from "../../../logic/api/index.ts";
import { nearestOwner, type OwnerCurves, placeOf, variablePlot } from "../../../logic/charts/index.ts";
import type { Charted } from "../../../logic/world/index.ts";
import { Empty, Failure, GapMark, Loading } from "../../parts/index.ts";
import { eventQueries, stateQueries, whyQueries } from "../../queries/index.ts";
import { loadPart, useTheme } from "../../session/index.ts";
import { useMoments } from "../condition/index.ts";
import { useRun, useTurn, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { useThrottled } from "../use-throttled.ts";

// The charts' library is only loaded where there is a chart.
const LineChart = lazy(async () => ({
  default: (await loadPart(() => import("../../line-chart.tsx"))).LineChart,
}));

const NOBODY: OwnerCurves = { turns: [0], owners: [] };

/** One variable over the run: of a few agents a line each, of many quantiles, of texts and booleans how many have which. */
export function VariableChart({ charted: { variable, of, text } }: { charted: Charted }) {
  const session = useRun();
  const { id, summary, view } = session;
  const client = useQueryClient();
  const theme = useTheme();
  const turn = useThrottled(useTurn());
  const filtered = useView((one) => one.filter.agents);
  const scale = useView((one) => one.chartScale);
  const chosen = useView((one) => one.filter.turns);
  const selected = useView((one) => one.selected);
  const moments = useMoments();
  const [picked, setPicked] = useState<string>();
  const { data, error, isPending } = useQuery({
    ...stateQueries.values(id, text, summary.event_count),
    placeholderData: keepPreviousData,
  });
  const event = useQuery({ ...eventQueries.event(id, selected ?? ""), enabled: selected !== undefined });
  const highlighted = picked ?? event.data?.agent_id;
  const curves = data?.curves ?? NOBODY;
  const wanted = useMemo<OwnerCurves>(
    () =>
      of === "everyone" && filtered.length > 0
        ? {
            ...curves,
            owners: curves.owners.filter(({ agent }) => agent !== undefined && filtered.includes(agent)),
          }
        : curves,
    [curves, of, filtered],
  );
  const title = typeof of === "object" ? text : variable;
  const every = data?.every ?? 1;
  const plot = useMemo(
    () => variablePlot(wanted, { name: title, every, highlighted, theme }),
    [wanted, title, every, highlighted, theme],
  );

  function pick(at: number, value: number): void {
    const owner =
      plot.kind === "counts"
        ? wanted.owners.length === 1
          ? wanted.owners[0]
          : undefined
        : nearestOwner(plot.owners, placeOf(wanted.turns, at), value);
    if (owner === undefined) {
      view.set({ playhead: { turn: at }, follow: false });
      return;
    }
    if (plot.kind === "quantiles") setPicked(owner.agent);
    void client
      .fetchQuery(whyQueries.variable(id, variable, owner.agent, at))
      .then((answer) => goToEvent(session, answer.event))
      .catch(() => view.set({ playhead: { turn: at } })); // the banner says where the server is away
  }

  return (
    <figure className="chart" aria-label={title}>
      <figcaption>
        <b>
          <bdi>{title}</bdi>
        </b>
        {data && <GapMark gaps={[...data.gaps, ...plot.doubts]} />}
        {plot.kind === "quantiles" && (
          <label className="select">
            <span className="sr-only">Agent to see among the others</span>
            <select value={highlighted ?? ""} onChange={({ target }) => setPicked(target.value || undefined)}>
              <option value="">nobody by name</option>
              {plot.owners.map(({ agent }) => (
                <option key={agent}>{agent}</option>
              ))}
            </select>
          </label>
        )}
      </figcaption>
      {plot.doubts.map(({ message }) => (
        <p key={message} className="chart-note">
          {message}
        </p>
      ))}
      {isPending && <Loading label="Reading its values" />}
      {error &&
        !data &&
        (isApiError(error, "INVALID_ARGUMENT") ? (
          <Empty title="Nothing to draw here">{error.message}</Empty>
        ) : (
          <Failure error={error} />
        ))}
      {data && plot.owners.length === 0 && (
        <Empty title="Nothing to draw here">None of the agents that are filtered by has it.</Empty>
      )}
      {data && plot.owners.length > 0 && (
        <Suspense fallback={<Loading />}>
          <LineChart
            name={title}
            {...plot.data}
            turns={wanted.turns}
            cursor={turn}
            ticks={moments.turns}
            chosen={chosen}
            together
            height="fill"
            scale={plot.kind === "counts" ? "linear" : scale}
            onScale={(next) => view.set({ chartScale: next })}
            onChoose={(from, to) => view.setFilter({ turns: { from, to } })}
            fileName={`${id}-${title}`}
            onPick={pick}
          />
        </Suspense>
      )}
    </figure>
  );
}
