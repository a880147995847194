/** A value that others look at and are told about when it becomes another. */
export interface Store<T> {
  readonly get: () => T;
  /** Tells everybody, unless it is the value that is there (`Object.is`). */
  readonly set: (next: T) => void;
  /** Returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of Array.from(listeners)) listener();
    },
    subscribe(listener) {
      // A wrapper of its own: the same function subscribed twice is told twice, and ended one at a time.
      const own = () => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
}
