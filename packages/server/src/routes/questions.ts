import type { Question } from "../answers/index.ts";
import { callQuestion, callsQuestion } from "./calls.ts";
import { causalityQuestion } from "./causality.ts";
import { compareDifferencesQuestion, compareQuestion, compareValuesQuestion } from "./compare.ts";
import { effectsQuestion } from "./effects.ts";
import { eventQuestion } from "./event.ts";
import { eventsQuestion } from "./events.ts";
import { findQuestion } from "./find.ts";
import { historyQuestion } from "./history.ts";
import { integrityQuestion } from "./integrity.ts";
import { interactionsQuestion } from "./interactions.ts";
import { phasesQuestion } from "./phases.ts";
import { searchQuestion } from "./search.ts";
import { stateQuestion } from "./state.ts";
import { timelineQuestion } from "./timeline.ts";
import { valuesQuestion } from "./values.ts";
import { variablesQuestion } from "./variables.ts";
import { whyQuestion } from "./why.ts";
import { widestQuestion } from "./widest.ts";

/** Those that are answered as a whole: a new one is a file beside these, and a line here. */
export const WHOLE_QUESTIONS: readonly Question[] = [
  eventsQuestion,
  eventQuestion,
  causalityQuestion,
  callsQuestion,
  callQuestion,
  timelineQuestion,
  stateQuestion,
  historyQuestion,
  variablesQuestion,
  phasesQuestion,
  valuesQuestion,
  whyQuestion,
  effectsQuestion,
  widestQuestion,
  interactionsQuestion,
  findQuestion,
  compareQuestion,
  compareDifferencesQuestion,
  compareValuesQuestion,
  integrityQuestion,
];

/** All that a thread can be asked; a search is told piece by piece. */
export const QUESTIONS: readonly Question[] = [...WHOLE_QUESTIONS, searchQuestion];
