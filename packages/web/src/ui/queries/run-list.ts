import { queryOptions } from "@tanstack/react-query";
import { runsApi } from "../session/index.ts";

export const runListQueries = {
  /** Every run, as the server knows it without reading logs. */
  all: () =>
    queryOptions({
      queryKey: ["runs"],
      queryFn: async ({ signal }) => (await runsApi.runs({}, signal)).simulations,
    }),
  /** What a run's page asks first (`runQueries.details`), asked while the script of that page is still on its way. */
  opened: (id: string) =>
    queryOptions({
      queryKey: ["run", id],
      queryFn: ({ signal }) => runsApi.run({ id }, signal),
    }),
  /** What the list leaves out of a run, which only an index can tell. */
  row: (id: string) =>
    queryOptions({
      queryKey: ["run", id, "full"],
      queryFn: ({ signal }) => runsApi.run({ id }, signal),
    }),
};
