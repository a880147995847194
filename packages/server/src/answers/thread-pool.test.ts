import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ThreadPool } from "./thread-pool.ts";

const ODD_THREAD = new URL("odd-thread.fixture.mjs", import.meta.url);
const pools: ThreadPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((threads) => threads.close())));

function pool() {
  const threads = new ThreadPool("nowhere", 1, { module: ODD_THREAD, memory: 32 });
  pools.push(threads);
  const asked = async (name: string, signal = new AbortController().signal): Promise<unknown> => {
    const { body } = await threads.ask({
      name,
      request: { params: {}, query: {} },
      signal,
      onPiece: () => undefined,
    });
    return JSON.parse(Buffer.from(body).toString());
  };
  return { threads, asked };
}

describe("threads that answer", () => {
  it("work on several questions at a time", async () => {
    const { asked } = pool();
    expect(await Promise.all(["slow", "one", "two"].map((name) => asked(name)))).toEqual([
      "slow",
      "one",
      "two",
    ]);
  });

  it("are started anew after a question that crashes one; it fails, and the others that were with it are answered", async () => {
    const { asked } = pool();
    const answers = await Promise.allSettled(["slow", "crash", "one"].map((name) => asked(name)));
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await asked("after")).toBe("after");
  });

  it("end a question that takes too much memory, which is told as what it is", async () => {
    const { asked } = pool();
    await expect(asked("devour")).rejects.toMatchObject({ code: "OVERLOADED", statusCode: 503 });
    expect(await asked("after")).toBe("after");
  });

  it.each([
    ["when it is at it", "one"],
    ["before the thread has begun", undefined],
  ])(
    "are replaced where one does not stop with what nobody waits for any more, left %s, and what else it had is asked again",
    async (_when, before) => {
      const { asked } = pool();
      if (before !== undefined) await asked(before);
      const going = new AbortController();
      const [spins, other] = [asked("spin", going.signal), asked("slow")];
      spins.catch(() => undefined);
      if (before !== undefined) await new Promise((resolve) => setTimeout(resolve, 100));
      going.abort();
      await expect(spins).rejects.toThrow(/abort/);
      expect(await other).toBe("slow");
    },
  );

  it("go on with their other questions where one is left in time", async () => {
    const { threads, asked } = pool();
    const going = new AbortController();
    const [waits, other] = [asked("wait", going.signal), asked("slow")];
    waits.catch(() => undefined);
    going.abort();
    expect(await other).toBe("slow");
    await threads.close();
    await expect(waits).rejects.toThrow(/abort/);
  });
});

it.skipIf(process.platform === "win32")(
  "threads that cannot begin for want of descriptors are told of as that, and begin once there are some",
  () => {
    const child = fileURLToPath(new URL("few-descriptors.child.fixture.mjs", import.meta.url));
    const said = execFileSync("sh", ["-c", `ulimit -n 200; exec "${process.execPath}" "${child}"`], {
      encoding: "utf8",
    });
    expect(JSON.parse(said)).toEqual({
      without: { code: "OVERLOADED", statusCode: 503, message: expect.stringContaining("ulimit -n") },
      after: "after",
    });
  },
);
