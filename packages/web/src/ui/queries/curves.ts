import { createClient, variables } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import { server } from "../session/index.ts";

/** Loaded only with the page of several runs' curves. */
const variablesApi = createClient(jsonOver(server), { variables });

/** Values of a curve that are asked for where it is drawn beside many others. */
export const MOST_POINTS = 200;
/** Variables whose names hold the name that is looked for, among which it is. */
const NAMED_ALIKE = 100;

export const curveQueries = {
  /** Which variables a run has, whatever it records of them. */
  names: (id: string, events: number) =>
    queryOptions({
      queryKey: ["variable-names", id, events],
      queryFn: ({ signal }) => variablesApi.variables({ id, limit: 1000, points: 0 }, signal),
    }),
  /** A variable in one run, by its name as it is written. */
  named: (id: string, name: string, events: number) =>
    queryOptions({
      queryKey: ["variable-points", id, name, events],
      queryFn: ({ signal }) =>
        variablesApi.variables({ id, q: name, limit: NAMED_ALIKE, points: MOST_POINTS }, signal),
    }),
};
