import { createClient, find } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import { MAX_MOMENTS } from "../../logic/condition/index.ts";
import { server } from "../session/index.ts";

const findApi = createClient(jsonOver(server), { find });

export const conditionQueries = {
  /** When a condition became true, up to the event count that the key names. It is given up when nobody asks any more. */
  moments: (id: string, expression: string, events: number) =>
    queryOptions({
      queryKey: ["moments", id, expression, events],
      queryFn: ({ signal }) => findApi.find({ id, expression, limit: MAX_MOMENTS }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
