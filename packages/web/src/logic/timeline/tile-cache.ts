/** Answers by key: fetched once, the least recently drawn going first, requests given up that nobody waits for. */
export interface TileCache<T> {
  get(key: string): T | undefined;
  /** Sees to it that exactly these are held or on their way. */
  want(keys: readonly string[]): void;
  /** Forgets that they are fresh: they stay until the new answer is here. */
  stale(matches: (key: string) => boolean): void;
  clear(): void;
}

export function createTileCache<T>(
  fetchTile: (key: string, signal: AbortSignal) => Promise<T>,
  capacity: number,
  changed: () => void,
  failed: (error: unknown) => void,
): TileCache<T> {
  const held = new Map<string, { value: T; fresh: boolean }>();
  const pending = new Map<string, AbortController>();

  async function load(key: string, abort: AbortController): Promise<void> {
    try {
      const value = await fetchTile(key, abort.signal);
      if (abort.signal.aborted) return;
      held.delete(key);
      held.set(key, { value, fresh: true });
      for (const oldest of held.keys()) {
        if (held.size <= capacity) break;
        held.delete(oldest);
      }
      pending.delete(key);
      changed();
    } catch (error) {
      if (abort.signal.aborted) return;
      pending.delete(key);
      failed(error);
    }
  }

  return {
    get: (key) => held.get(key)?.value,
    want(keys) {
      for (const [key, abort] of pending)
        if (!keys.includes(key)) {
          abort.abort();
          pending.delete(key);
        }
      for (const key of keys) {
        const known = held.get(key);
        if (known) {
          held.delete(key);
          held.set(key, known);
        }
        if (known?.fresh || pending.has(key)) continue;
        const abort = new AbortController();
        pending.set(key, abort);
        void load(key, abort);
      }
    },
    stale(matches) {
      for (const [key, entry] of held) if (matches(key)) entry.fresh = false;
      for (const [key, abort] of pending)
        if (matches(key)) {
          abort.abort();
          pending.delete(key);
        }
    },
    clear() {
      for (const abort of pending.values()) abort.abort();
      pending.clear();
      held.clear();
    },
  };
}
