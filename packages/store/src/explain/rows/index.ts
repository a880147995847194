export { batchesOf, MAX_ANSWER_BYTES, withinAnswer } from "./batches.ts";
export {
  afterEvent,
  endOfTurn,
  eventsToTurn,
  firstAfter,
  isMilestoneBefore,
  lastBefore,
  lastTurn,
  type Moment,
  now,
  rowsBefore,
} from "./moment.ts";
export { TakenIn } from "./taken-in.ts";
