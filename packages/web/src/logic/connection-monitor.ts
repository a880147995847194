/** Whether the server answers. `lost` until it does again. */
export type ConnectionState = "ok" | "lost";

export interface ConnectionMonitor {
  readonly state: ConnectionState;
  /** Told of each request whether it was answered at all. */
  report(reachable: boolean): void;
  readonly subscribe: (listener: () => void) => () => void;
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
  const listeners = new Set<() => void>();
  let state: ConnectionState = "ok";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function become(next: ConnectionState): void {
    if (state === next) return;
    state = next;
    clearTimeout(timer);
    if (next === "lost") look(0);
    for (const listener of listeners) listener();
    if (next === "ok") onBack();
  }

  function look(attempt: number): void {
    timer = setTimeout(() => void ask(attempt), DELAYS[Math.min(attempt, DELAYS.length - 1)]);
  }

  async function ask(attempt: number): Promise<void> {
    const answered = await probe().catch(() => false);
    if (state === "ok") return;
    if (answered) become("ok");
    else look(attempt + 1);
  }

  return {
    get state() {
      return state;
    },
    report: (reachable) => become(reachable ? "ok" : "lost"),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry() {
      if (state === "ok") return;
      clearTimeout(timer);
      void ask(0);
    },
  };
}
