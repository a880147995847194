import { events } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";
import { pageBytes } from "./page-body.ts";

/** Up to so many events a page without a text to look for is short. */
const SHORT_PAGE = 1000;

export const eventsQuestion = questionOfRun(
  events,
  ({ query: { q = "", limit } }) => (q !== "" ? "thorough" : limit > SHORT_PAGE ? "quick" : "short"),
  (run, { query }, signal) => run.query(query, signal),
  pageBytes,
);
