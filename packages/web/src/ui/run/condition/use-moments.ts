import type { FindAnswer } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { momentTurns } from "../../../logic/condition/index.ts";
import { conditionQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";

export interface Moments {
  answer: FindAnswer | undefined;
  /** In which it became true. */
  turns: readonly number[];
  error: unknown;
  isAsking: boolean;
}

const NONE: readonly number[] = [];

/** When the page's condition became true; of a run that is being written, so far. */
export function useMoments(): Moments {
  const { id, summary } = useRun();
  const condition = useView((one) => one.condition);
  const { data, error, isFetching } = useQuery({
    ...conditionQueries.moments(id, condition, summary.event_count),
    enabled: condition !== "",
    // A run that grows keeps what it had until more is known; another condition has nothing in common with it.
    placeholderData: (before: FindAnswer | undefined) =>
      before?.expression === condition ? before : undefined,
  });
  const answer = condition === "" ? undefined : data;
  const turns = useMemo(() => (answer ? momentTurns(answer.moments) : NONE), [answer]);
  return { answer, turns, error: condition === "" ? null : error, isAsking: isFetching };
}
