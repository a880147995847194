import type { Note } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { noteQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";

const NONE: readonly Note[] = [];

/** What people wrote about the run, as it is written. */
export function useNotes(): readonly Note[] {
  const { id } = useRun();
  const { data } = useQuery(noteQueries.all(id));
  return data?.notes ?? NONE;
}
