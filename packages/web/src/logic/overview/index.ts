export { endingOf } from "./ending.ts";
export { type PhaseSpan, phaseSpans, spanText } from "./phase-spans.ts";
export { type Setting, settingsOf } from "./settings.ts";
export {
  type Band,
  MAX_BANDS,
  SPARK_HEIGHT,
  SPARK_WIDTH,
  type Sparkline,
  sparklineOf,
} from "./sparkline.ts";
export { type Trouble, troubleFilter } from "./trouble-filter.ts";
