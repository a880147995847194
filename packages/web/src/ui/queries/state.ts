import { createClient, values } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver, wholeHistory } from "../../logic/api/index.ts";
import { ownerCurves } from "../../logic/charts/index.ts";
import { api } from "../run-api.ts";
import { server } from "../session/index.ts";

const valuesApi = createClient(jsonOver(server), { values });

/** Right behind an event, or at a turn's end. */
export interface Moment {
  turn: number;
  eventId?: string | undefined;
}

export const stateQueries = {
  /** The state at a turn's end. */
  at: (id: string, turn: number) =>
    queryOptions({
      queryKey: ["state", id, turn],
      queryFn: ({ signal }) => api.state({ id, turn }, signal),
    }),
  /** The state at a moment and at the end of the turn before. `events`: of a turn under way, how many there were. */
  world: (id: string, { turn, eventId }: Moment, events: number | undefined) =>
    queryOptions({
      queryKey: ["world", id, turn, eventId, events],
      queryFn: async ({ signal }) => {
        const [now, before] = await Promise.all([
          api.state({ id, ...(eventId === undefined ? { turn } : { event_id: eventId }) }, signal),
          turn > 0 ? api.state({ id, turn: turn - 1 }, signal) : undefined,
        ]);
        return { now, before };
      },
      gcTime: 20_000,
    }),
  /** A variable by turn, of whom its name is of (`*.wealth` of everyone), up to the event count that the key names. */
  values: (id: string, variable: string, events: number) =>
    queryOptions({
      queryKey: ["values", id, variable, events],
      queryFn: async ({ signal }) => {
        const answer = await valuesApi.values({ id, variable }, signal);
        return { curves: ownerCurves(answer), every: answer.every, gaps: answer.gaps };
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** Every write of a variable, up to the event count that the key names. */
  history: (id: string, name: string, agent: string | undefined, events: number) =>
    queryOptions({
      queryKey: ["history", id, name, agent, events],
      queryFn: ({ signal }) => wholeHistory(api, id, { name, agent }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
