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
