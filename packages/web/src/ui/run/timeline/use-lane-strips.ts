import { anyonesText } from "@llm-sim/events/naming";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Doubt } from "../../../logic/doubts.ts";
import { seriesStyle } from "../../../logic/palette/index.ts";
import { laneStrips } from "../../../logic/timeline/index.ts";
import { stateQueries } from "../../queries/index.ts";
import { useTheme } from "../../session/index.ts";
import { useRun, useView } from "../session.ts";
import type { SceneStrips } from "./scene.ts";

export interface ShownStrips {
  /** Its name; empty where none is chosen. */
  variable: string;
  scene: SceneStrips | undefined;
  gaps: readonly Doubt[];
  error: unknown;
}

const NO_GAPS: readonly Doubt[] = [];

/** The variable that is chosen to be under the lanes, of everyone who has it. */
export function useLaneStrips(): ShownStrips {
  const { id, summary } = useRun();
  const theme = useTheme();
  const variable = useView((one) => one.laneVariable);
  // While the run goes on, a turn that is over is enough of a reason to ask again.
  const version = summary.status === "running" ? summary.turns : summary.event_count;
  const { data, error } = useQuery({
    ...stateQueries.values(id, anyonesText(variable || "x"), version),
    enabled: variable !== "",
    placeholderData: keepPreviousData,
  });
  const scene = useMemo(() => {
    const strips = variable !== "" && data ? laneStrips(data.curves) : undefined;
    if (!strips) return undefined;
    const colors = (strips.kind === "categories" ? strips.categories : [""]).map(
      (_, at) => seriesStyle(at, theme).color,
    );
    return { strips, colors };
  }, [variable, data, theme]);
  return { variable, scene, gaps: data?.gaps ?? NO_GAPS, error: variable === "" ? null : error };
}
