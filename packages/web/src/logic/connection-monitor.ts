import { createStore, type Store } from "./store/index.ts";

/** Whether the server answers. `lost` until it does again. */
export type ConnectionState = "ok" | "lost";

export interface ConnectionMonitor extends Pick<Store<ConnectionState>, "get" | "subscribe"> {
  /** Told of each request whether it was answered at all. */
  report(reachable: boolean): void;
  /** Asks at once instead of waiting for the next time. */
  readonly retry: () => void;
}

/** Milliseconds between two looks for a server that went away. */
const DELAYS = [1000, 2000, 4000, 5000];

/** Once a request goes unanswered, asks `probe` until it is true, then tells `onBack`. */
export function createConnectionMonitor(
  probe: () => Promise<boolean>,
  onBack: () => void,
): ConnectionMonitor {
  const { get, set, subscribe } = createStore<ConnectionState>("ok");
  let timer: ReturnType<typeof setTimeout> | undefined;

  function become(next: ConnectionState): void {
    if (get() === next) return;
    clearTimeout(timer);
    if (next === "lost") look(0);
    set(next);
    if (next === "ok") onBack();
  }

  function look(attempt: number): void {
    timer = setTimeout(() => void ask(attempt), DELAYS[Math.min(attempt, DELAYS.length - 1)]);
  }

  async function ask(attempt: number): Promise<void> {
    const answered = await probe().catch(() => false);
    if (get() === "ok") return;
    if (answered) become("ok");
    else look(attempt + 1);
  }

  return {
    get,
    subscribe,
    report: (reachable) => become(reachable ? "ok" : "lost"),
    retry() {
      if (get() === "ok") return;
      clearTimeout(timer);
      void ask(0);
    },
  };
}
