import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createConnectionMonitor } from "./connection-monitor.ts";

describe("the watch over the connection", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("looks for a server that went away, ever more patiently, and tells when it is back", async () => {
    let alive = false;
    let looks = 0;
    let back = 0;
    const monitor = createConnectionMonitor(
      async () => {
        looks++;
        return alive;
      },
      () => back++,
    );
    monitor.report(true);
    expect([monitor.get(), looks]).toEqual(["ok", 0]);
    monitor.report(false);
    await vi.advanceTimersByTimeAsync(7100);
    expect([monitor.get(), looks, back]).toEqual(["lost", 3, 0]);
    alive = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect([monitor.get(), looks, back]).toEqual(["ok", 4, 1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(4);
  });

  it("asks at once when told to", async () => {
    const monitor = createConnectionMonitor(
      async () => true,
      () => {},
    );
    monitor.report(false);
    monitor.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(monitor.get()).toBe("ok");
  });
});
