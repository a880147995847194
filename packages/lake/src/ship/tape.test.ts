import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseLakeAddress } from "../address/index.ts";
import type { Lake } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import { ENDINGS } from "../tables/index.ts";
import { TapeShipper } from "./tape.ts";

let directory: string;
let lake: ReturnType<typeof standIn>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-tape-"));
  lake = standIn();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Row {
  place: number;
  line: string;
  ending: string;
}

/** A lake of one table, which forgets no token. */
function standIn() {
  const rows: Row[] = [];
  const tokens = new Set<string>();
  const told: Lake & { rows: Row[]; inserts: number } = {
    rows,
    inserts: 0,
    address: parseLakeAddress("clickhouse://h/db"),
    name: "clickhouse://h/db",
    async select(sql) {
      const last = rows.at(-1);
      if (sql.includes("max(place)")) return [{ mark: last?.place ?? 0, rows: rows.length }];
      if (sql.includes("FROM editions")) return [{ edition: 1, started: 0, identity: "" }];
      return last === undefined ? [] : [{ ...last, length: last.line.length, sha256: "" }];
    },
    async *bytes() {},
    async *stream() {},
    async command() {},
    async insert(_table, _columns, bytes, token) {
      told.inserts++;
      if (tokens.has(token)) return;
      tokens.add(token);
      const reader = new RowReader(
        (async function* () {
          yield* bytes;
        })(),
      );
      while (await reader.hasMore()) {
        await reader.text();
        await reader.uint32();
        await reader.uint32();
        const place = await reader.uint64();
        const line = await reader.text();
        rows.push({ place, line, ending: ENDINGS[await reader.byte()] ?? "" });
      }
    },
    async createDatabase() {},
    async close() {},
  };
  return told;
}

const shipper = (mark = lake.rows.at(-1)?.place ?? -1) =>
  new TapeShipper(lake, { run: "r", edition: 1, runStarted: 0 }, directory, mark);
const write = (text: string) => writeFileSync(join(directory, "tape.jsonl"), text);
const append = (text: string) => appendFileSync(join(directory, "tape.jsonl"), text);
const shipped = () => lake.rows.map(({ place, line, ending }) => [place, line, ending]);

it("a run without a tape has none in the lake", async () => {
  expect(await shipper().catchUp(true)).toBe(0);
  expect(lake.inserts).toBe(0);
});

it("ships lines as they are ended, whatever they say", async () => {
  write("one\r\n\nthr");
  const tape = shipper();
  expect(await tape.catchUp(false)).toBe(2);
  append("ee\nfour");
  expect(await tape.catchUp(false)).toBe(1);
  expect(await tape.catchUp(true)).toBe(1);
  expect(shipped()).toEqual([
    [0, "one\r", "lf"],
    [5, "", "lf"],
    [6, "three", "lf"],
    [12, "four", "none"],
  ]);
});

it("asks for nothing where nothing came", async () => {
  write("one\n");
  const tape = shipper();
  await tape.catchUp(false);
  const { inserts } = lake;
  expect(await tape.catchUp(false)).toBe(0);
  expect(lake.inserts).toBe(inserts);
});

it("goes on behind what another shipped", async () => {
  write("one\n");
  await shipper().catchUp(false);
  append("two\n");
  expect(await shipper().catchUp(false)).toBe(1);
  expect(shipped()).toEqual([
    [0, "one", "lf"],
    [4, "two", "lf"],
  ]);
});

it("two at once ship each line once", async () => {
  write("one\ntwo\nthree\n");
  await Promise.all([shipper().catchUp(true), shipper().catchUp(true)]);
  expect(shipped().map(([place]) => place)).toEqual([0, 4, 8]);
});

it("says that the tape is another where it is shorter than what is there", async () => {
  write("one\ntwo\n");
  const tape = shipper();
  await tape.catchUp(false);
  write("one\n");
  await expect(tape.catchUp(false)).rejects.toMatchObject({ name: "LogRewritten" });
});
