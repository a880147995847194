import { queryOptions } from "@tanstack/react-query";
import { variableQuery } from "../../logic/api/index.ts";
import { whyApi } from "../why-api.ts";

export const whyQueries = {
  /** Why an event came about; to the depth that explains it where none is given. */
  event: (id: string, eventId: string, depth: number | undefined) =>
    queryOptions({
      queryKey: ["why", id, eventId, depth],
      queryFn: ({ signal }) => whyApi.why({ id, event_id: eventId, depth }, signal),
    }),
  /** What a variable's value at a turn's end is made of. */
  variable: (id: string, name: string, agent: string | undefined, turn: number) =>
    queryOptions({
      queryKey: ["ledger", id, name, agent, turn],
      queryFn: ({ signal }) => whyApi.why({ id, ...variableQuery(name, agent), turn, depth: 1 }, signal),
    }),
};
