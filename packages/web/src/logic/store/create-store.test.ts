import { describe, expect, it, vi } from "vitest";
import { createStore } from "./index.ts";

describe("createStore", () => {
  it("holds a value and tells of every other one", () => {
    const store = createStore(1);
    const told = vi.fn(() => store.get());
    store.subscribe(told);
    store.set(2);
    store.set(3);
    expect(told.mock.results.map(({ value }) => value)).toEqual([2, 3]);
  });

  it("tells nothing where nothing changed", () => {
    const value = { a: 1 };
    const store = createStore<unknown>(value);
    const told = vi.fn();
    store.subscribe(told);
    store.set(value);
    store.set(Number.NaN);
    store.set(Number.NaN);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("tells each subscription once, and none that has ended", () => {
    const store = createStore(0);
    const told = vi.fn();
    const end = store.subscribe(told);
    const endOther = store.subscribe(told);
    end();
    end();
    store.set(1);
    expect(told).toHaveBeenCalledTimes(1);
    endOther();
    store.set(2);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("bears subscriptions that begin, end and change it while it tells", () => {
    const store = createStore(0);
    const late = vi.fn();
    const end = store.subscribe(() => {
      end();
      store.subscribe(late);
      if (store.get() === 1) store.set(2);
    });
    store.set(1);
    expect(store.get()).toBe(2);
    expect(late).toHaveBeenCalledTimes(1);
  });
});
