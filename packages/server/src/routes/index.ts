import type { AddRoutes } from "./api.ts";
import { addBatches } from "./batches.ts";
import { addCalls } from "./calls.ts";
import { addCausality } from "./causality.ts";
import { addCompare } from "./compare.ts";
import { addEffects } from "./effects.ts";
import { addEvent } from "./event.ts";
import { addEventSchema } from "./event-schema.ts";
import { addEvents } from "./events.ts";
import { addFind } from "./find.ts";
import { addForks } from "./forks.ts";
import { addHealth } from "./health.ts";
import { addHistory } from "./history.ts";
import { addIntegrity } from "./integrity.ts";
import { addInteractions } from "./interactions.ts";
import { addNotes } from "./notes.ts";
import { addPhases } from "./phases.ts";
import { addRuns } from "./runs.ts";
import { addSearch } from "./search.ts";
import { addState } from "./state.ts";
import { addStream } from "./stream.ts";
import { addTimeline } from "./timeline.ts";
import { addValues } from "./values.ts";
import { addVariables } from "./variables.ts";
import { addWhy } from "./why.ts";
import { addWidest } from "./widest.ts";

export type { Api, ApiContext } from "./api.ts";

/** Every resource of the API: a new one is a file beside these, and a line here. */
export const ROUTES: readonly AddRoutes[] = [
  addHealth,
  addRuns,
  addEvents,
  addEvent,
  addCausality,
  addStream,
  addSearch,
  addCalls,
  addTimeline,
  addState,
  addHistory,
  addVariables,
  addPhases,
  addValues,
  addWhy,
  addEffects,
  addWidest,
  addInteractions,
  addFind,
  addCompare,
  addBatches,
  addIntegrity,
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
