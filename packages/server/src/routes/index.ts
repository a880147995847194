import type { AddRoutes } from "./api.ts";
import { addBatches } from "./batches.ts";
import { addEventSchema } from "./event-schema.ts";
import { addForks } from "./forks.ts";
import { addHealth } from "./health.ts";
import { addNotes } from "./notes.ts";
import { questionRoute } from "./question-route.ts";
import { WHOLE_QUESTIONS } from "./questions.ts";
import { addRuns } from "./runs.ts";
import { addSearch } from "./search.ts";
import { addStream } from "./stream.ts";

export type { Api, ApiContext } from "./api.ts";
export { QUESTIONS } from "./questions.ts";

/** Every resource of the API: a new one is a file beside these, and a line here, or in `questions.ts` where it is asked of a run. */
export const ROUTES: readonly AddRoutes[] = [
  addHealth,
  addRuns,
  addStream,
  addSearch,
  ...WHOLE_QUESTIONS.map(questionRoute),
  addBatches,
  addEventSchema,
  addForks,
  addNotes,
];

/** The first parts of their paths: below these, what is not there is an API error and never the UI. */
export const API_PATHS: readonly string[] = [
  "health",
  "simulations",
  "batches",
  "compare",
  "schema",
  "openapi.json",
  "docs",
];
