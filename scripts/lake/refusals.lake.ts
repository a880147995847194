import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lake, openLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, expect, it } from "vitest";
import { digestOf, digestOfFile, writeLog } from "./campaign.mjs";
import { startEngine } from "./engine.mjs";
import { tryLake } from "./try-lake.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-refusals-"));
let tried: Awaited<ReturnType<typeof tryLake>>;
let lake: Lake;

beforeAll(async () => {
  tried = await tryLake();
});
afterAll(async () => {
  await tried.close();
  rmSync(home, { recursive: true, force: true });
});

async function inNewLake(work: () => Promise<void>): Promise<void> {
  lake = openLake(tried.address());
  try {
    await work();
  } finally {
    await lake.close();
  }
}

const isWhole = async (directory: string, run: string) =>
  expect((await digestOf(lake, run)).sha256).toBe(digestOfFile(directory));

it("a table without a column is told of in one line, and ship goes on once it is there", () =>
  inNewLake(async () => {
    const directory = writeLog(home, "columns", 3000);
    await shipRun(lake, writeLog(home, "first", 10));
    await lake.command("ALTER TABLE variables RENAME COLUMN number TO digits");
    await expect(shipRun(lake, directory)).rejects.toMatchObject({ code: "LAKE_TABLES" });
    await lake.command("ALTER TABLE variables RENAME COLUMN digits TO number");
    await shipRun(lake, directory);
    await isWhole(directory, "columns");
  }));

it("tables of another version are refused", () =>
  inNewLake(async () => {
    const directory = writeLog(home, "versions", 10);
    await shipRun(lake, directory);
    await lake.command("INSERT INTO llm_sim SELECT 7");
    await expect(shipRun(lake, directory)).rejects.toMatchObject({ code: "LAKE_TABLES" });
  }));

it("a log that was cut is shipped anew, another run of its id is refused", () =>
  inNewLake(async () => {
    const directory = writeLog(home, "cut", 3000);
    await shipRun(lake, directory);
    const file = join(directory, "events.jsonl");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${lines.slice(0, 2000).join("\n")}\n`);
    const told: string[] = [];
    const shipped = await shipRun(lake, directory, { onNotice: (text) => told.push(text) });
    expect(shipped.edition).toBe(2);
    expect(told).toHaveLength(1);
    writeFileSync(file, `${lines.slice(5).join("\n")}\n`);
    await expect(shipRun(lake, directory)).rejects.toMatchObject({ code: "LAKE_REFUSED" });
    await shipRun(lake, directory, { again: true });
  }));

it("an answer that ends in an error is none", () =>
  inNewLake(async () => {
    await shipRun(lake, writeLog(home, "answers", 10));
    const ask = async () => {
      let bytes = 0;
      const sql =
        "SELECT number, throwIf(number = 300000, 'no further') FROM numbers(400000) FORMAT RowBinary";
      for await (const piece of lake.bytes(sql, { settings: { max_block_size: "1000" } }))
        bytes += piece.length;
      return bytes;
    };
    await expect(ask()).rejects.toMatchObject({ code: "LAKE_REFUSED", message: /no further/ });
  }));

it.skipIf(process.getuid?.() !== 0 || process.env.CLICKHOUSE_URL !== undefined)(
  "a disk that is full is told of, and ship goes on once there is room",
  async () => {
    const engine = await startEngine({ diskSize: "12m" });
    lake = openLake(engine.address("full"));
    try {
      const directory = writeLog(home, "full", 200_000);
      await expect(shipRun(lake, directory)).rejects.toMatchObject({ code: "LAKE_FULL" });
      engine.resizeDisk("400m");
      await shipRun(lake, directory);
      await isWhole(directory, "full");
    } finally {
      await lake.close();
      await engine.stop();
    }
  },
);
