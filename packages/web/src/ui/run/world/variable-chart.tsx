import type { StateAnswer } from "@llm-sim/api";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { seriesStyle } from "../../../logic/palette/index.ts";
import { type Charted, nearestSeries, ownersOf, seriesOf } from "../../../logic/world/index.ts";
import { GapMark, Loading } from "../../parts/index.ts";
import { stateQueries } from "../../queries/index.ts";
import { api } from "../../run-api.ts";
import { loadPart, useTheme } from "../../session/index.ts";
import { useRun, useTurn, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { useThrottled } from "../use-throttled.ts";

// The charts' library is only loaded where there is a chart.
const LineChart = lazy(async () => ({
  default: (await loadPart(() => import("../../line-chart.tsx"))).LineChart,
}));

/** Lines that can still be told apart. */
const MAX_LINES = 12;

interface VariableChartProps {
  charted: Charted;
  state: StateAnswer;
}

/** One variable over the run, a line for each agent that has it. */
export function VariableChart({ charted: { variable, of, text }, state }: VariableChartProps) {
  const session = useRun();
  const { id, summary, view } = session;
  const theme = useTheme();
  const turn = useThrottled(useTurn());
  const filtered = useView((one) => one.filter.agents);
  const scale = useView((one) => one.chartScale);
  const ofAgents = of === "everyone";
  const owners = ofAgents ? ownersOf(variable, state, summary) : [];
  const wanted = filtered.length > 0 ? owners.filter((agent) => filtered.includes(agent)) : owners;
  const agents: (string | undefined)[] = ofAgents
    ? // By name again: who comes and goes changes nobody's colour.
      wanted.slice(0, MAX_LINES).sort(new Intl.Collator("en", { numeric: true }).compare)
    : [of === "world" ? undefined : of.agent];
  const histories = useQueries({
    queries: agents.map((agent) => ({
      ...stateQueries.history(id, variable, agent, summary.event_count),
      placeholderData: keepPreviousData,
    })),
    combine: (results) => ({
      data: results.map((one) => one.data),
      pending: results.some((one) => one.isPending),
    }),
  });
  const key = agents.join(",");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the agents are named by the key
  const series = useMemo(
    () =>
      agents.map((agent, at) =>
        seriesOf(agent ?? variable, agent, histories.data[at]?.writes ?? [], summary.turns),
      ),
    [key, histories.data, summary.turns, variable],
  );
  const lines = useMemo(
    () => series.map(({ label, values }, at) => ({ label, values, ...seriesStyle(at, theme) })),
    [series, theme],
  );
  const title = typeof of === "object" ? text : variable;
  return (
    <figure className="chart">
      <figcaption>
        <b>{title}</b>
        <GapMark gaps={histories.data.flatMap((one) => one?.gaps ?? [])} />
        {ofAgents && wanted.length > MAX_LINES && (
          <span className="count">
            {MAX_LINES} of {formatCount(wanted.length)} agents; filter by agent to choose
          </span>
        )}
      </figcaption>
      {histories.pending && series.every(({ values }) => values.every((value) => value === null)) ? (
        <Loading label="Reading its history" />
      ) : (
        <Suspense fallback={<Loading />}>
          <LineChart
            name={title}
            lines={lines}
            cursor={turn}
            height="fill"
            scale={scale}
            onScale={(next) => view.set({ chartScale: next })}
            onChoose={(from, to) => view.setFilter({ turns: { from, to } })}
            fileName={`${id}-${title}`}
            onPick={(at, value) => {
              const eventId = nearestSeries(series, at, value)?.eventIds[at];
              if (eventId === undefined) view.set({ playhead: { turn: at } });
              else void api.event({ id, event_id: eventId }).then((event) => goToEvent(session, event));
            }}
          />
        </Suspense>
      )}
    </figure>
  );
}
