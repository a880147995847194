interface Timer {
  at: number;
  work: () => void;
  every: number | undefined;
}

/**
 * The time of a simulated machine: what a process measures, which only goes on, and the clock on its wall, which others set. While it
 * holds, `performance.now`, `Date.now`, timers and `Atomics.wait` are its own, so that nothing waits and everything can be repeated.
 */
export class SimulatedTime {
  /** Milliseconds since the machine was started. */
  passed = 1_000_000;
  /** Of the clock on the wall, in milliseconds since 1970. */
  wall = Date.UTC(2026, 10, 23);
  #timers: Timer[] = [];

  /** In whole microseconds since 1970, as events are stamped. */
  readonly clock = { now: () => Math.round(this.wall * 1000) };

  passes(milliseconds: number): void {
    this.passed += milliseconds;
    this.wall += milliseconds;
  }

  /** A new process knows nothing of the timers of the one before. */
  forget(): void {
    this.#timers = [];
  }

  /** Goes on to the next timer that is due by then, or to that time. @returns whether a timer ran */
  next(until: number): boolean {
    const due = this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
    if (!due || due.at > until) {
      this.passes(Math.max(0, until - this.passed));
      return false;
    }
    this.passes(Math.max(0, due.at - this.passed));
    if (due.every === undefined) this.#timers.splice(this.#timers.indexOf(due), 1);
    else due.at = this.passed + due.every;
    due.work();
    return true;
  }

  /** Resolves as soon as `work` has, with timers run one by one as its time passes; other code of this process does not run meanwhile. */
  async settled<T>(work: Promise<T>, most = 120_000): Promise<T | "never"> {
    const end = this.passed + most;
    const state = { isDone: false };
    const done = () => {
      state.isDone = true;
    };
    work.then(done, done);
    for (;;) {
      for (let turn = 0; turn < 40 && !state.isDone; turn++) await Promise.resolve();
      if (state.isDone) return work;
      if (!this.next(end)) return "never";
    }
  }

  /** @returns what gives the process its own time back */
  hold(): () => void {
    const make = (work: () => void, milliseconds: number, every: number | undefined) => {
      const timer: Timer & { unref(): Timer; ref(): Timer } = {
        at: this.passed + Math.max(1, milliseconds),
        work,
        every,
        unref: () => timer,
        ref: () => timer,
      };
      this.#timers.push(timer);
      return timer;
    };
    const clear = (timer: unknown) => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
    const given = [
      replaced(globalThis, "setTimeout", (work: () => void, milliseconds = 0) =>
        make(work, milliseconds, undefined),
      ),
      replaced(globalThis, "setInterval", (work: () => void, milliseconds = 0) =>
        make(work, milliseconds, milliseconds),
      ),
      replaced(globalThis, "clearTimeout", clear),
      replaced(globalThis, "clearInterval", clear),
      replaced(performance, "now", () => this.passed),
      replaced(Date, "now", () => Math.floor(this.wall)),
      replaced(Atomics, "wait", (_array: unknown, _index: unknown, _value: unknown, milliseconds = 0) => {
        this.passes(milliseconds);
        return "timed-out";
      }),
    ];
    return () => {
      for (const giveBack of given) giveBack();
    };
  }
}

/** @returns what puts back what was there */
function replaced(on: object, name: string, by: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(on, name);
  Object.defineProperty(on, name, { value: by, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(on, name, before);
    else Reflect.deleteProperty(on, name);
  };
}
