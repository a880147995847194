export { ChangeSignal } from "./change-signal.ts";
export { LiveLog } from "./live-log.ts";
export { BatchRoom } from "./recent-batches.ts";
export { follow } from "./subscription.ts";
export type {
  EventBatch,
  EventCursor,
  ParsedSubscription,
  StreamedEvent,
  Subscription,
} from "./types.ts";
