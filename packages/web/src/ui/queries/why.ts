import { queryOptions } from "@tanstack/react-query";
import { variableQuery } from "../../logic/api/index.ts";
import { whyApi } from "../why-api.ts";

/** Bars of a ledger over turns. */
const STRETCHES = 60;

/** From the end of one turn to the end of another. */
export interface LedgerSpan {
  since: number;
  turn: number;
}

export const whyQueries = {
  /** Why an event came about; to the depth that explains it where none is given. */
  event: (id: string, eventId: string, depth: number | undefined) =>
    queryOptions({
      queryKey: ["why", id, eventId, depth],
      queryFn: ({ signal }) => whyApi.why({ id, event_id: eventId, depth }, signal),
    }),
  /** Why a variable has its value at a turn's end. */
  variable: (id: string, name: string, agent: string | undefined, turn: number) =>
    queryOptions({
      queryKey: ["why", id, name, agent, turn],
      queryFn: ({ signal }) => whyApi.why({ id, ...variableQuery(name, agent), turn, depth: 1 }, signal),
    }),
  /** What a variable's value at a turn's end is made of since the end of another, also over turns. */
  ledger: (id: string, name: string, agent: string | undefined, { since, turn }: LedgerSpan) =>
    queryOptions({
      queryKey: ["ledger", id, name, agent, since, turn],
      queryFn: ({ signal }) =>
        whyApi.why(
          { id, ...variableQuery(name, agent), since, turn, stretches: STRETCHES, depth: 1 },
          signal,
        ),
    }),
};
