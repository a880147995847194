import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parseLakeAddress } from "../address/index.ts";
import type { Lake } from "../connection/index.ts";
import { LakeError } from "../errors.ts";
import { type Patience, PatientLake, readThrough } from "./patient-lake.ts";

const AWAY = new LakeError("LAKE_UNREACHABLE", "clickhouse://h/db does not answer (500).");
const ROWS = [{ one: 1 }];
const forEver = (signal?: AbortSignal) => pause(60_000, ROWS, signal && { signal });

/** @param select answers, or fails, each time that something is asked */
function lakeThat(select: Lake["select"], more: Partial<Lake> = {}): Lake {
  return {
    address: parseLakeAddress("clickhouse://h/db"),
    name: "clickhouse://h/db",
    select,
    async *bytes() {},
    async *stream() {},
    async command() {},
    async insert() {},
    async createDatabase() {},
    async close() {},
    ...more,
  };
}

function patient(lake: Lake, options: Patience) {
  const told: string[] = [];
  return { told, lake: new PatientLake(lake, { onNotice: (text) => told.push(text), ...options }) };
}

describe("a lake that fails now and then", () => {
  it("is asked the same again, and nothing is told of it", async () => {
    let asked = 0;
    const { lake, told } = patient(
      lakeThat(async () => {
        if (++asked % 3 !== 0) throw AWAY;
        return ROWS;
      }),
      { patience: 10_000 },
    );
    expect(await lake.select("SELECT 1")).toBe(ROWS);
    expect({ asked, told }).toEqual({ asked: 3, told: [] });
  });

  it("gets an insert again with the same token", async () => {
    const tokens: string[] = [];
    const { lake } = patient(
      lakeThat(async () => ROWS, {
        async insert(_table, _columns, _rows, token) {
          tokens.push(token);
          if (tokens.length < 3) throw AWAY;
        },
      }),
      { patience: 10_000 },
    );
    await lake.insert("events", ["a"], [], "token");
    expect(tokens).toEqual(["token", "token", "token"]);
  });

  it("is given up where it goes on for longer than the patience; told of once, whatever was asked", async () => {
    const { lake, told } = patient(
      lakeThat(async () => {
        throw AWAY;
      }),
      { patience: 1200 },
    );
    const begun = performance.now();
    await Promise.allSettled([1, 2, 3].map(() => lake.select("SELECT 1")));
    expect(performance.now() - begun).toBeGreaterThan(1100);
    expect(told).toEqual([expect.stringContaining("It is tried again")]);
  });

  it("is not asked again without patience, nor where it refuses", async () => {
    let asked = 0;
    const failing = (error: Error) =>
      lakeThat(async () => {
        asked++;
        throw error;
      });
    await expect(patient(failing(AWAY), {}).lake.select("SELECT 1")).rejects.toBe(AWAY);
    const refused = new LakeError("LAKE_REFUSED", "no");
    await expect(patient(failing(refused), { patience: 9000 }).lake.select("SELECT 1")).rejects.toBe(refused);
    expect(asked).toBe(2);
  });

  it("is asked for an answer again of which nothing came, and for none that broke off", async () => {
    let asked = 0;
    const lake = patient(
      lakeThat(async () => ROWS, {
        async *bytes() {
          asked++;
          if (asked < 3) throw AWAY;
          yield Buffer.from("first");
          throw AWAY;
        },
      }),
      { patience: 10_000 },
    ).lake;
    const pieces: string[] = [];
    const reading = async () => {
      for await (const piece of lake.bytes("SELECT 1 FORMAT RowBinary")) pieces.push(String(piece));
    };
    await expect(reading()).rejects.toBe(AWAY);
    expect({ asked, pieces }).toEqual({ asked: 3, pieces: ["first"] });
  });
});

describe("a lake that takes a statement and says nothing", () => {
  it("is waited for as long as it answers something else", async () => {
    const { lake, told } = patient(
      lakeThat(async (sql) => (sql === "SELECT 1" ? ROWS : pause(400, ROWS))),
      { quiet: 20, patience: 0 },
    );
    expect(await lake.select("SELECT slowly")).toBe(ROWS);
    expect(told).toEqual([]);
  });

  it("counts as away where it answers nothing else, and what was asked is given up", async () => {
    const given: AbortSignal[] = [];
    const { lake, told } = patient(
      lakeThat((_, options) => {
        if (options?.signal) given.push(options.signal);
        return forEver(options?.signal);
      }),
      { quiet: 200, patience: 1000 },
    );
    const begun = performance.now();
    await expect(lake.select("SELECT slowly")).rejects.toMatchObject({
      code: "LAKE_UNREACHABLE",
      message: expect.stringContaining("says nothing for 0.4 s"),
    });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(told).toHaveLength(1);
    expect(given.map(({ aborted }) => aborted)).not.toContain(false);
  });

  it("counts as away in the middle of an answer, too", async () => {
    const { lake } = patient(
      lakeThat((_, options) => forEver(options?.signal), {
        async *bytes(_, options) {
          yield Buffer.from("first");
          await forEver(options?.signal);
        },
      }),
      { quiet: 50 },
    );
    const reading = async () => {
      for await (const _ of lake.bytes("SELECT 1 FORMAT RowBinary"));
    };
    await expect(reading()).rejects.toMatchObject({ code: "LAKE_UNREACHABLE" });
  });

  it("is let go of at once by who interrupts", async () => {
    const stop = new AbortController();
    const { lake } = patient(
      lakeThat((_, options) => forEver(options?.signal)),
      { signal: stop.signal, patience: Number.POSITIVE_INFINITY },
    );
    const asked = lake.select("SELECT slowly");
    setTimeout(() => stop.abort(), 50);
    const begun = performance.now();
    await expect(asked).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe("a read that breaks off", () => {
  it("goes on from where it is, as long as it gets any further", async () => {
    let at = 0;
    const read = async function* () {
      for (let few = 0; few < 3; few++) {
        if (at === 40) return;
        yield at++;
      }
      throw AWAY;
    };
    const all: number[] = [];
    for await (const each of readThrough(read, () => at)) all.push(each);
    expect(all).toEqual(Array.from({ length: 40 }, (_, each) => each));
  });

  it("ends where it does not", async () => {
    let reads = 0;
    const read = async function* () {
      reads++;
      yield* [];
      throw AWAY;
    };
    const reading = async () => {
      for await (const _ of readThrough(read, () => 0));
    };
    await expect(reading()).rejects.toBe(AWAY);
    expect(reads).toBeLessThan(10);
  });
});
