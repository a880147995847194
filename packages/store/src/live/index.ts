export { ChangeSignal } from "./change-signal.ts";
export { subscribe } from "./subscription.ts";
export type { StreamedEvent, Subscription } from "./types.ts";
