import { batch, batchCurves, batches } from "./batches.ts";
import { call, calls } from "./calls.ts";
import { causality } from "./causality.ts";
import { compare } from "./compare.ts";
import { compareDifferences } from "./compare-differences.ts";
import { compareValues } from "./compare-values.ts";
import { effects } from "./effects.ts";
import { event } from "./event.ts";
import { eventSchemaDocument } from "./event-schema.ts";
import { events } from "./events.ts";
import { find } from "./find.ts";
import { fork } from "./forks.ts";
import { health } from "./health.ts";
import { history } from "./history.ts";
import { integrity } from "./integrity.ts";
import { interactions } from "./interactions.ts";
import { notes, writeNote } from "./notes.ts";
import { phases } from "./phases.ts";
import { run, runs } from "./runs.ts";
import { search } from "./search.ts";
import { state } from "./state.ts";
import { stream } from "./stream.ts";
import { timeline } from "./timeline.ts";
import { values } from "./values.ts";
import { variables } from "./variables.ts";
import { why } from "./why.ts";
import { widest } from "./widest.ts";

/** Every question whose answer is one JSON document, by the name that a client has for it. */
export const QUESTIONS = {
  health,
  runs,
  run,
  events,
  event,
  causality,
  calls,
  call,
  timeline,
  state,
  history,
  variables,
  phases,
  notes,
  values,
  why,
  effects,
  widest,
  interactions,
  find,
  compare,
  compareDifferences,
  compareValues,
  batches,
  batch,
  batchCurves,
  integrity,
  eventSchemaDocument,
};

/** Everything that the API does rather than answers, by the name that a client has for it. */
export const COMMANDS = { fork, writeNote };

/** Every address that is read, in the order in which it is documented. */
export const ENDPOINTS = { ...QUESTIONS, stream, search };
