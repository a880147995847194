import type { CompareAnswer } from "@llm-sim/api";
import { lazy, Suspense, useMemo } from "react";
import { distanceLines } from "../../logic/compare/index.ts";
import { seriesStyle } from "../../logic/palette/index.ts";
import { Loading } from "../parts/index.ts";
import { loadPart, useTheme } from "../session/index.ts";

const LineChart = lazy(async () => ({
  default: (await loadPart(() => import("../line-chart.tsx"))).LineChart,
}));

interface DistanceProps {
  answer: CompareAnswer;
  /** The turn whose values are shown below. */
  turn: number | undefined;
  onTurn: (turn: number) => void;
}

/** How far the states are apart, turn by turn. */
export function Distance({ answer: { turns, distances_from }, turn, onTurn }: DistanceProps) {
  const theme = useTheme();
  const drawn = useMemo(() => {
    const lines = distanceLines(turns);
    return {
      turns: lines.turns,
      lines: [
        { label: "variables that differ, %", values: lines.share, ...seriesStyle(0, theme) },
        {
          label: "difference, normalised, %",
          values: lines.normalised,
          color: seriesStyle(3, theme).color,
          dash: [6, 3],
        },
      ],
    };
  }, [turns, theme]);
  if (turns.length === 0) return null;
  return (
    <section className="card" aria-label="Distance">
      <h2>How far apart they are</h2>
      <Suspense fallback={<Loading />}>
        <LineChart
          name="distance"
          turns={drawn.turns}
          lines={drawn.lines}
          cursor={turn}
          height={170}
          onPick={onTurn}
          fileName="distance"
        />
      </Suspense>
      <p className="note">
        The share of all variables that differ at a turn's end; and, normalised, how far they are apart on
        average: |left − right| / (|left| + |right|) of two numbers (10 % is 90 against 110), 100 % of
        anything else that differs. Click a turn to compare its values.
        {distances_from === "summary" && " By what summary.json keeps: the logs hold no state."}
      </p>
    </section>
  );
}
