import { queryOptions } from "@tanstack/react-query";
import { runsApi } from "../session/index.ts";

export const runListQueries = {
  /** Every run, as the server knows it without reading logs. */
  all: () =>
    queryOptions({
      queryKey: ["runs"],
      queryFn: async ({ signal }) => (await runsApi.runs({}, signal)).simulations,
    }),
  /** What the list leaves out of a run, which only an index can tell. */
  row: (id: string) =>
    queryOptions({
      queryKey: ["run", id, "full"],
      queryFn: ({ signal }) => runsApi.run({ id }, signal),
    }),
};
