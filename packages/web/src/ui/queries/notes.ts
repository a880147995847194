import { createClient, notes } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { jsonOver } from "../../logic/api/index.ts";
import { server } from "../session/index.ts";

const notesApi = createClient(jsonOver(server), { notes });

/** How often notes are asked for again, which anybody may write at any time; in milliseconds. */
const AGAIN = 5_000;

export const noteQueries = {
  all: (id: string) =>
    queryOptions({
      queryKey: ["notes", id],
      queryFn: ({ signal }) => notesApi.notes({ id }, signal),
      refetchInterval: AGAIN,
    }),
};
