const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Conventional: 128 and the signal's number. */
const EXIT_CODE = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface Interruption {
  signal: AbortSignal;
  /** Leaves the process as it was. */
  release: () => void;
}

/**
 * An AbortSignal that aborts with `outer`, and when the process gets SIGINT, SIGTERM or SIGHUP. A second signal ends
 * the process at once, with what has been recorded.
 */
export function interruption(outer: AbortSignal | undefined, listen: boolean): Interruption {
  const controller = new AbortController();
  const abort = () => controller.abort(outer?.reason);
  const onSignal = (name: (typeof SIGNALS)[number]) => {
    if (controller.signal.aborted) process.exit(EXIT_CODE[name]);
    controller.abort(name);
  };
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  if (listen) for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      outer?.removeEventListener("abort", abort);
      if (listen) for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** The run is interrupted while it waits for something. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * What `promise` comes to.
 *
 * @throws Interrupted as soon as the signal aborts
 */
export function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Interrupted());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const forget = () => signal.removeEventListener("abort", abort);
    promise.then(resolve, reject).then(forget, forget);
  });
}
