import { createClient, variables } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver, wholeHistory } from "../../logic/api/index.ts";
import { ownerCurves, quickValues } from "../../logic/charts/index.ts";
import { byName } from "../../logic/format/index.ts";
import { api } from "../run-api.ts";
import { server } from "../session/index.ts";

const valuesApi = createClient(jsonOver(server), { values: quickValues, variables });

/** Right behind an event, or at a turn's end, or, without either, as the run is now. */
export interface Moment {
  turn?: number | undefined;
  eventId?: string | undefined;
}

export const stateQueries = {
  /** The state at a turn's end. */
  at: (id: string, turn: number) =>
    queryOptions({
      queryKey: ["state", id, turn],
      queryFn: ({ signal }) => api.state({ id, turn }, signal),
    }),
  /** The state at a moment and at the end of the turn before. `events`: of what is under way, how many there were. */
  world: (id: string, { turn, eventId }: Moment, events: number | undefined) =>
    queryOptions({
      queryKey: ["world", id, turn, eventId, events],
      queryFn: async ({ signal }) => {
        const asked = eventId === undefined ? { turn } : { event_id: eventId };
        const now = api.state({ id, ...asked }, signal);
        const last = (turn ?? (await now).turn) - 1;
        const before = last < 0 ? undefined : api.state({ id, turn: last }, signal);
        const [shown, compared] = await Promise.all([now, before]);
        return { now: shown, before: compared };
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
  /** Variables whose names hold a text. */
  variablesNamed: (id: string, q: string, limit: number, events: number) =>
    queryOptions({
      queryKey: ["variables named", id, q, limit, events],
      queryFn: async ({ signal }) =>
        (await valuesApi.variables({ id, q, points: 0, limit }, signal)).variables,
    }),
  /** Names of variables that agents have, among the run's first thousand. */
  agentVariables: (id: string, events: number) =>
    queryOptions({
      queryKey: ["agent variables", id, events],
      queryFn: async ({ signal }) => {
        const answer = await valuesApi.variables({ id, points: 0, limit: 1000 }, signal);
        return [
          ...new Set(answer.variables.flatMap((one) => (one.agent_id === undefined ? [] : one.variable))),
        ].sort(byName);
      },
    }),
  /** Every write of a variable, up to the event count that the key names. */
  history: (id: string, name: string, agent: string | undefined, events: number) =>
    queryOptions({
      queryKey: ["history", id, name, agent, events],
      queryFn: ({ signal }) => wholeHistory(api, id, { name, agent }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
