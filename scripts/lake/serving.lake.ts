import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Lake, openLakeStore, shipRun } from "@llm-sim/lake";
import { openStore } from "@llm-sim/store";
import { beforeAll, expect, it } from "vitest";
import { linesOf, writeWholeRun } from "../faults/whole-run.mjs";
import { useLake } from "./lake.test.fixture.ts";
import { runExample } from "./made-runs.mjs";

const of = useLake("served");
const { home } = of;
let lake: Lake;
let statements: string[] = [];

beforeAll(() => {
  const real = of.lake;
  const noted = (sql: string) => {
    statements.push(sql);
    return sql;
  };
  lake = {
    address: real.address,
    name: real.name,
    select: (sql, options) => real.select(noted(sql), options),
    bytes: (sql, options) => real.bytes(noted(sql), options),
    stream: (sql, options) => real.stream(noted(sql), options),
    command: (sql, options) => real.command(sql, options),
    insert: (...asked) => real.insert(...asked),
    createDatabase: () => real.createDatabase(),
    close: () => real.close(),
  };
});

it("asks one statement for a page with its total, for an event, and for a timeline, once it has looked through a run", async () => {
  const directory = await writeWholeRun(home, "asked");
  await shipRun(lake, directory);
  const store = await openLakeStore(lake);
  const run = await store.openRun("asked");
  const page = await run.query({ limit: 5 });
  const [, second] = page.events();
  for (const ask of [
    () => run.query({ limit: 5, agent_ids: ["alice"] }),
    () => run.query({ limit: 5, cursor: page.next_cursor }),
    () => run.eventLine(second?.event_id ?? ""),
    () => run.timeline({ buckets: 3 }),
  ]) {
    statements = [];
    await ask();
    expect(statements).toHaveLength(1);
  }
  await store.close();
});

it("counts what matches once, each filter for itself, and tells it of every page", async () => {
  const directory = await writeWholeRun(home, "counted");
  await shipRun(lake, directory);
  const store = await openLakeStore(lake);
  const [run, onDisk] = [await store.openRun("counted"), await openStore(home).openRun("counted")];
  for (const filter of [
    {},
    { agent_ids: ["alice"] },
    { agent_ids: ["bob"] },
    { event_types: ["STATE" as const] },
    { turn_start: 2 },
  ]) {
    const total = (await onDisk.query({ ...filter, limit: 1 })).total;
    statements = [];
    const pages = [];
    for (let cursor: string | undefined, page = 0; page < 3; page++) {
      const found = await run.query({ ...filter, limit: 2, cursor });
      pages.push(found.total);
      cursor = found.next_cursor;
    }
    expect(pages).toEqual([total, total, total]);
    expect(statements.filter((sql) => sql.includes("(SELECT count() FROM events"))).toHaveLength(1);
  }
  await store.close();
});

it("asks the tables for causes, effects, reasons and the state, without making a run's files again", async () => {
  statements = [];
  await shipRun(lake, runExample(home, "market", "market", ["--turns", "8", "--verbosity", "DETAIL"]));
  const store = await openLakeStore(lake);
  const run = await store.openRun("market");
  const page = await run.query({ event_types: ["ACTION"], limit: 1, offset: 20 });
  const [{ event_id } = { event_id: "" }] = page.events();
  const { steps } = await run.explain.why({ event_id, depth: 5 });
  const { upstream } = await run.causality(event_id);
  const { events } = await run.explain.effects({ event_id });
  const { ledger } = await run.explain.why({ variable: "alice.wealth", turn: 6 });
  const { check } = await run.explain.state({ turn: 5 });
  const { writes, total } = await run.explain.history({ variable: "alice.wealth", offset: 2, limit: 2 });
  const { series } = await run.explain.valuesByTurn({ variable: "*.wealth", limit: 20 });
  const { moments } = await run.explain.find({ expression: "*.wealth > 100 and turn > 2" });
  expect([writes.length, total > 4, series.length > 1, moments.length > 0]).toEqual([2, true, true, true]);
  expect([steps, upstream, ledger?.entries ?? []].map(({ length }) => length > 1)).toEqual([
    true,
    true,
    true,
  ]);
  expect([events > 1, check]).toEqual([true, "agrees"]);
  for (const q of ["SELL", "no such text", "alice k"]) {
    const asked = { q, in: "payload" as const };
    const { total: matching } = await run.query({ ...asked, limit: 3 });
    let hits = 0;
    await run.search(asked, { onProgress: (progress) => (hits = progress.hits) });
    const counts = (await run.timeline(asked)).buckets.flatMap(({ by_type }) => Object.values(by_type));
    expect([hits, counts.reduce((sum, count) => sum + count, 0)]).toEqual([matching, matching]);
  }
  expect(statements.filter((sql) => sql.includes("bytes FROM files"))).toEqual([]);
  await store.close();
});

it("tells at once of a run that was shipped anew, as it is by then", async () => {
  const directory = await writeWholeRun(home, "changed");
  await shipRun(lake, directory);
  const store = await openLakeStore(lake);
  const run = await store.openRun("changed");
  const [last] = (await run.query({ limit: 1, offset: linesOf(directory).length - 1 })).events();
  // Its end was lost, and it says so: another log of the same run.
  const log = join(directory, "events.jsonl");
  writeFileSync(log, `${readFileSync(log, "utf8").split("\n").slice(0, -11).join("\n")}\n`);
  await shipRun(lake, directory);
  const files = openStore(home);
  const right = await files.openRun("changed");
  const told = async (asked: typeof run) => {
    const page = await asked.query({ limit: 1000, event_types: ["STATE"] });
    const lines = page.lines.map((line) => Buffer.from(line).toString());
    return { lines, total: page.total, complete: page.complete, gaps: page.gaps };
  };
  expect(await told(run)).toEqual(await told(right));
  expect(await run.timeline()).toEqual(await right.timeline());
  await expect(run.eventLine(last?.event_id ?? "")).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
  await files.close();
  await store.close();
});
