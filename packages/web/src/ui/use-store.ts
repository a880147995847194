import { useSyncExternalStore } from "react";
import type { Store } from "../logic/store/index.ts";

/** What a store holds, now and with every change. */
export function useStore<T>(store: Pick<Store<T>, "get" | "subscribe">): T;
/** A part of it; `select` must return what the store holds, not something new. */
export function useStore<T, S>(store: Pick<Store<T>, "get" | "subscribe">, select: (held: T) => S): S;
export function useStore<T, S>(store: Pick<Store<T>, "get" | "subscribe">, select?: (held: T) => S): T | S {
  return useSyncExternalStore(store.subscribe, () => (select ? select(store.get()) : store.get()));
}
