export {
  afterEvent,
  endOfTurn,
  eventsToTurn,
  lastBefore,
  lastTurn,
  type Moment,
  now,
  rowsBefore,
} from "./moment.ts";
