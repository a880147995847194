import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createModelClient, type Outcome } from "../client/index.ts";
import { startModelServer } from "../testing/index.ts";
import { Budget, Concurrency, DEFAULT_RETRY, refuseUnpriced, retryDelayMs } from "./index.ts";

describe("calls that are open at once", () => {
  it("are as many as there may be, and never more, on a real server", async () => {
    const server = await startModelServer([{ delay_ms: 20 }]);
    const client = await createModelClient({ base_url: server.base_url });
    const concurrency = new Concurrency(3);
    const request = { model: "m", sampling: {}, messages: [{ role: "user" as const, content: "?" }] };
    const calls = Array.from({ length: 10 }, () =>
      concurrency.run(() => client.attempt(request, { timeoutMs: 5000 })),
    );
    const outcomes = await Promise.all(calls);
    await server.close();
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["response"]));
    expect([server.mostOpen, server.requests.length]).toEqual([3, 10]);
  });

  it("go in the order in which they came, whatever fails and whoever gives up", async () => {
    const kinds = fc.array(fc.constantFrom("fine", "fails", "gives up"), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 4 }), async (calls, limit) => {
        const concurrency = new Concurrency(limit);
        const begun: number[] = [];
        let open = 0;
        const ends = calls.map(async (kind, index) => {
          const controller = new AbortController();
          const end = concurrency.run(async () => {
            begun.push(index);
            open++;
            expect(open).toBeLessThanOrEqual(limit);
            await new Promise(setImmediate);
            open--;
            if (kind === "fails") throw new Error("failed");
          }, controller.signal);
          if (kind === "gives up") controller.abort(new Error("given up"));
          return end;
        });
        const ended = await Promise.allSettled(ends);
        const waited = calls.flatMap((kind, index) => (kind === "gives up" && index >= limit ? [] : [index]));
        // Who gives up while others hold all places never begins; who had a place already goes on.
        expect(begun).toEqual(begun.toSorted((left, right) => left - right));
        expect(begun).toEqual(expect.arrayContaining(waited.filter((index) => calls[index] !== "gives up")));
        expect(ended.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(
          calls.filter((kind) => kind === "fails").length,
        );
        expect(concurrency.load).toEqual({ open: 0, waiting: 0 });
      }),
    );
  });

  it("leave nothing on a signal that they share", async () => {
    const concurrency = new Concurrency(1);
    const { signal } = new AbortController();
    const call = () => concurrency.run(() => new Promise<void>(setImmediate), signal);
    await Promise.all([call(), call(), call()]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("cannot be none", () => {
    expect(() => new Concurrency(0)).toThrow("llm.concurrency is 0: give a whole number from 1");
    expect(() => new Concurrency(1.5)).toThrow(RangeError);
  });
});

describe("another attempt", () => {
  const failed = (retry_after_ms?: number, retryable = true): Outcome => ({
    outcome: "http_error",
    status: 429,
    error: "",
    retryable,
    ...(retry_after_ms !== undefined && { retry_after_ms }),
    latency_ms: 1,
  });
  const plain = (outcome: "network" | "timeout" | "invalid" | "aborted"): Outcome => ({
    outcome,
    error: "",
    latency_ms: 1,
  });

  it("comes after a delay that doubles, half of it drawn", () => {
    const delays = (random: number) =>
      [1, 2, 3, 4].map((attempt) => retryDelayMs(plain("network"), attempt, DEFAULT_RETRY, () => random));
    expect(delays(0)).toEqual([500, 1000, 2000, undefined]);
    expect(delays(0.5)).toEqual([750, 1500, 3000, undefined]);
  });

  it("is not made too early for the server, nor too late, nor once too often", () => {
    const random = fc.double({ min: 0, max: 0.999, noNaN: true });
    const retryAfter = fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined });
    fc.assert(
      fc.property(random, retryAfter, fc.integer({ min: 1, max: 60 }), (drawn, asked, attempt) => {
        const policy = { ...DEFAULT_RETRY, max_attempts: 50 };
        const delay = retryDelayMs(failed(asked), attempt, policy, () => drawn);
        if (attempt >= 50 || (asked ?? 0) > 300_000) expect(delay).toBeUndefined();
        else {
          expect(delay).toBeGreaterThanOrEqual(asked ?? 500);
          expect(delay).toBeLessThanOrEqual((asked ?? 0) + 60_000);
        }
      }),
    );
  });

  it.each([
    [plain("network"), true],
    [plain("timeout"), true],
    [plain("invalid"), true],
    [plain("aborted"), false],
    [failed(), true],
    [failed(1000, false), false],
  ])("after %j is made or not: %s", (outcome, made) => {
    expect(retryDelayMs(outcome, 1) !== undefined).toBe(made);
  });
});

describe("a budget", () => {
  it("lets no call start once it is spent, what was spent before included", () => {
    const budget = Budget.ofRun({ tokens: 100 }, { tokens: 60 });
    expect(budget.isSpent).toBe(false);
    budget.spend({ input_tokens: 30, output_tokens: 9 });
    expect(budget.isSpent).toBe(false);
    budget.spend({ input_tokens: 0, output_tokens: 1 });
    expect([budget.isSpent, budget.spent]).toEqual([true, { tokens: 100, usd: 0 }]);
    expect(Budget.ofRun({ tokens: 100 }, budget.spent).isSpent).toBe(true);
    expect(Budget.ofRun({ tokens: 200 }, budget.spent).isSpent).toBe(false);
  });

  it("may be in money, or none at all", () => {
    const budget = Budget.ofRun({ usd: 0.5, tokens: 1e9 });
    budget.spend({ input_tokens: 1, output_tokens: 1 }, 0.49);
    expect(budget.isSpent).toBe(false);
    budget.spend({ input_tokens: 1, output_tokens: 1 }, 0.01);
    expect(budget.isSpent).toBe(true);
    const none = Budget.ofRun();
    none.spend({ input_tokens: 1e9, output_tokens: 1e9 }, 1e6);
    expect(none.isSpent).toBe(false);
  });

  it("of a batch is spent by all of its processes, those that died and those of before included", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "llm-sim-budget-")), "spent.jsonl");
    const first = Budget.ofBatch({ tokens: 1000 }, file);
    expect([first.isSpent, first.spent]).toEqual([false, { tokens: 0, usd: 0 }]);
    first.spend({ input_tokens: 300, output_tokens: 100 }, 0.25);
    appendFileSync(file, '\n{"tokens": 5000, "us');
    const program = `
      import { Budget } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      const budget = Budget.ofBatch({ tokens: 1000 }, ${JSON.stringify(file)});
      for (let call = 0; call < 59; call++) budget.spend({ input_tokens: 3, output_tokens: 2 });
      process.kill(process.pid, "SIGKILL");
    `;
    const child = () => once(spawn(process.execPath, ["--input-type=module", "-e", program]), "close");
    await Promise.all([child(), child()]);
    expect([first.isSpent, first.spent]).toEqual([false, { tokens: 990, usd: 0.25 }]);
    const later = Budget.ofBatch({ tokens: 1000 }, file);
    later.spend({ input_tokens: 10 });
    expect([first.isSpent, later.isSpent, later.spent]).toEqual([true, true, { tokens: 1000, usd: 0.25 }]);
    expect(Budget.ofBatch({ tokens: 1001 }, file).isSpent).toBe(false);
    rmSync(dirname(file), { recursive: true });
  });

  it("in money is refused for models whose price nobody knows", () => {
    const hasPrice = (model: string) => model === "gpt-4o";
    expect(() => refuseUnpriced({ usd: 1 }, ["gpt-4o", "llama3.1", "llama3.1"], hasPrice)).toThrow(
      'llm.budget.usd cannot be kept: no price is known of "llama3.1"; give llm.budget.tokens instead',
    );
    refuseUnpriced({ usd: 1 }, ["gpt-4o"], hasPrice);
    refuseUnpriced({ tokens: 1 }, ["llama3.1"], hasPrice);
  });

  it.each([0, -1, Number.NaN])("of %s is none", (tokens) => {
    expect(() => Budget.ofRun({ tokens })).toThrow(/^llm.budget.tokens is .*: give a number above 0$/);
  });
});
