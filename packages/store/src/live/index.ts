export { ChangeSignal } from "./change-signal.ts";
export { follow } from "./subscription.ts";
export type { ParsedSubscription, StreamedEvent, Subscription } from "./types.ts";
