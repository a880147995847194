import type { CompareAnswer, RunDetails } from "@llm-sim/api";
import { memberOf } from "@llm-sim/events/schema";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { type Charted, chartNamed, curves } from "../../logic/world/index.ts";
import { GapMark, Loading } from "../parts/index.ts";
import { compareQueries, stateQueries } from "../queries/index.ts";
import { loadPart, useTheme } from "../session/index.ts";

const LineChart = lazy(async () => ({
  default: (await loadPart(() => import("../line-chart.tsx"))).LineChart,
}));

/** The two runs' own colours in curves and marks. */
const SIDES = { light: ["#0a6ebd", "#c2410c"], dark: ["#56b4e9", "#ff8f5e"] } as const;

const NO_CURVES = { turns: [], lines: [] };

interface CurvesProps {
  left: RunDetails;
  right: RunDetails;
  divergence: number | undefined;
  /** How far apart the variables are in the end, by name. */
  distances: CompareAnswer["turns"][number]["variables"];
}

/** One variable of both runs over turns. */
export function Curves({ left, right, divergence, distances }: CurvesProps) {
  const search = useSearch({ from: "/runs/$leftId/compare/$rightId" });
  const navigate = useNavigate({ from: "/runs/$leftId/compare/$rightId" });
  const theme = useTheme();
  const { data: state } = useQuery(stateQueries.at(left.id, left.turns));
  const choices = useMemo(() => (state === undefined ? [] : curves(state)), [state]);
  const chosen =
    (search.variable !== undefined && state !== undefined
      ? choices.find(({ text }) => text === chartNamed(search.variable ?? "", state)?.text)
      : undefined) ?? furthest(choices, distances);
  const name = chosen?.variable;
  const agent = typeof chosen?.of === "object" ? chosen.of.agent : undefined;
  const { data: { turns, lines } = NO_CURVES } = useQuery({
    ...compareQueries.curves([left, right], name ?? "", agent),
    enabled: name !== undefined,
  });
  const drawn = useMemo(
    () =>
      lines.map(({ label, values }, at) => ({
        label,
        values,
        color: SIDES[theme][at] ?? "#888888",
        dash: at === 1 ? [6, 3] : [],
      })),
    [lines, theme],
  );
  if (choices.length === 0 || chosen === undefined) return null;
  return (
    <section className="card" aria-label="Curves">
      <h2 className="row">
        Curves of
        <select
          aria-label="Variable"
          value={chosen.text}
          onChange={(event) =>
            void navigate({
              search: (before) => ({ ...before, variable: event.target.value }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {choices.map(({ text }) => (
            <option key={text}>{text}</option>
          ))}
        </select>
        <GapMark
          gaps={lines.flatMap(({ label, gaps }) =>
            gaps.map((gap) => ({ ...gap, message: `${label}: ${gap.message}` })),
          )}
        />
      </h2>
      <Suspense fallback={<Loading />}>
        {drawn.length > 0 && (
          <LineChart
            name={chosen.text}
            lines={drawn}
            turns={turns}
            cursor={divergence}
            height={220}
            fileName={`${left.id}-${right.id}-${chosen.text}`}
          />
        )}
      </Suspense>
    </section>
  );
}

/** The variable whose values end furthest apart: the one with most to see. */
function furthest(choices: readonly Charted[], distances: CurvesProps["distances"]): Charted | undefined {
  const distance = ({ variable }: Charted) => memberOf(distances, variable)?.distance ?? 0;
  return choices.reduce<Charted | undefined>(
    (best, choice) => (best === undefined || distance(choice) > distance(best) ? choice : best),
    undefined,
  );
}
