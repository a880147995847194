import { createClient, health } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import { server } from "../session/index.ts";

const healthApi = createClient(jsonOver(server), { health });

export const serverQueries = {
  /** What the server is and does; the same for as long as it runs. */
  health: () =>
    queryOptions({
      queryKey: ["health"],
      queryFn: ({ signal }) => healthApi.health({}, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
