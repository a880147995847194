import { describe, expect, it } from "vitest";
import { OnceForAll } from "./once-for-all.ts";

/** Work that goes on until it is told to end, or its signal says so. */
function work() {
  const begun: AbortSignal[] = [];
  let end = (): void => undefined;
  const start = (signal: AbortSignal): Promise<void> => {
    begun.push(signal);
    return new Promise((resolve, reject) => {
      end = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  return { begun, start, end: () => end() };
}

describe("work that is done once for all", () => {
  it("is begun by the first and waited for by the others", async () => {
    const [once, { begun, start, end }] = [new OnceForAll(), work()];
    const all = [once.join(start, undefined), once.join(start, undefined)];
    end();
    await Promise.all(all);
    expect(begun).toHaveLength(1);
  });

  it("goes on when one goes, who need not wait for it, and stops when all have gone", async () => {
    const [once, { begun, start }] = [new OnceForAll(), work()];
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [once.join(start, one.signal), once.join(start, other.signal)];
    one.abort();
    await expect(first).rejects.toThrow(/abort/);
    expect(begun[0]?.aborted).toBe(false);
    other.abort();
    await expect(second).rejects.toThrow(/abort/);
    expect(begun[0]?.aborted).toBe(true);
  });

  it("is begun anew for who comes when all had gone, and goes on for who cannot go", async () => {
    const [once, { begun, start, end }] = [new OnceForAll(), work()];
    const going = new AbortController();
    const left = once.join(start, going.signal);
    going.abort();
    const came = once.join(start, undefined);
    await expect(left).rejects.toThrow(/abort/);
    await new Promise((resolve) => setImmediate(resolve));
    end();
    await came;
    expect(begun).toHaveLength(2);
  });

  it("fails for all who wait", async () => {
    const once = new OnceForAll();
    const fail = () => Promise.reject(new Error("cannot be read"));
    const all = await Promise.allSettled([once.join(fail, undefined), once.join(fail, undefined)]);
    expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
