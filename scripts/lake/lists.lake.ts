import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { recordHaggling } from "@llm-sim/events/testing";
import { type Lake, openLakeStore, shipRun } from "@llm-sim/lake";
import { openStore, type Run, type Store } from "@llm-sim/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { useLake } from "./lake.test.fixture.ts";
import { runExample } from "./made-runs.mjs";

const of = useLake("lists");
let cacheDirectory: string;
let files: Store;
let lists: Store;

beforeEach(async () => {
  cacheDirectory = mkdtempSync(join(of.home, "cache-"));
  files = openStore(of.home, { sidecar: false });
});

afterEach(async () => {
  await files.close();
  await lists.close();
  rmSync(cacheDirectory, { recursive: true, force: true });
});

/** Asks a shipped run of the tables and of its files. */
async function bothOf(directory: string, lake: Lake = of.lake): Promise<[lake: Run, files: Run]> {
  await shipRun(lake, directory);
  lists = await openLakeStore(lake, { cacheDirectory });
  return [await lists.openRun(basename(directory)), await files.openRun(basename(directory))];
}

/** Runs whose logs were made again. */
function restored(): string[] {
  return readdirSync(cacheDirectory).flatMap((home) => {
    const runs = join(cacheDirectory, home, "runs");
    return existsSync(runs) ? readdirSync(runs) : [];
  });
}

/** What came of a question, or how it failed. */
const told = async (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    (value) => JSON.stringify(value).replaceAll(/"next_cursor":"[^"]*"/g, '"next_cursor":"…"'),
    (error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`,
  );

type Ask = (run: Run) => Promise<unknown>;

async function expectAlike([lake, onDisk]: readonly [Run, Run], asks: readonly Ask[]): Promise<void> {
  for (const ask of asks) expect(await told(ask(lake)), String(ask)).toBe(await told(ask(onDisk)));
}

const CALLS: readonly Ask[] = [
  (run) => run.calls(),
  (run) => run.calls({ limit: 2, offset: 1 }),
  (run) => run.calls({ agent_ids: ["bob"], turn_start: 2 }),
  (run) => run.calls({ agent_ids: ["bobby"] }),
  (run) => run.calls({ actors: ["engine"] }),
  (run) => run.calls({ status: ["retry", "failure"] }),
  (run) => run.calls({ turn_start: 3, turn_end: 1 }),
  (run) => run.calls({ cursor: "nonsense" }),
  (run) => run.ask((asked) => asked.callCount()),
];

it.each([
  ["texts", {}],
  ["hashes alone", { tape: "hash" as const }],
  ["the coarsest verbosity", { verbosity: "MILESTONE" as const }],
])("asks the tables for model calls and what was said, of a run of %s", async (name, options) => {
  const id = `haggle-${name.replaceAll(" ", "-")}`;
  await recordHaggling(of.home, id, options);
  const both = await bothOf(join(of.home, id));
  await expectAlike(both, CALLS);
  const page = await both[1].calls();
  expect(page.total).toBeGreaterThan(0);
  const { lines } = await both[1].query({ limit: 1000 });
  const ids = lines.map((line) => JSON.parse(Buffer.from(line).toString()).event_id);
  for (const event_id of [...ids, "01KAR8B1C0A1B2C000000000F7"])
    await expectAlike(both, [
      (run) => run.call(event_id),
      (run) => run.call(event_id, { delta: true }),
      (run) => run.calls({ decision_id: event_id }),
    ]);
  expect(restored()).toEqual([]);
});

it("goes through the pages of calls by their cursors, and each page says what all come to", async () => {
  await recordHaggling(of.home, "pages");
  const [lake, onDisk] = await bothOf(join(of.home, "pages"));
  const right = await onDisk.calls();
  const found = [];
  for (let cursor: string | undefined; ; ) {
    const page = await lake.calls({ limit: 2, cursor });
    expect(page.totals).toEqual(right.totals);
    found.push(...page.calls);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  expect(found).toEqual(right.calls);
  expect(restored()).toEqual([]);
});

it.each(["market", "town-hall"])(
  "asks the tables for variables, phases, who acts on whom, ends of turns and of the log, of %s",
  async (example) => {
    const turns = example === "market" ? ["--turns", "8"] : [];
    const id = `lists-${example}`;
    const both = await bothOf(runExample(of.home, example, id, [...turns, "--verbosity", "DETAIL"]));
    const [, right] = both;
    expect((await right.variables()).total).toBeGreaterThan(3);
    expect((await right.explain.interactions()).actions).toBeGreaterThan(3);
    if (example === "town-hall") expect((await right.phases()).total).toBeGreaterThan(0);
    await expectAlike(both, [...LISTS, ...CALLS]);
    expect(restored()).toEqual([]);
  },
);

const LISTS: readonly Ask[] = [
  (run) => run.variables(),
  (run) => run.variables({ q: "ALICE.", limit: 1, offset: 1, points: 3 }),
  (run) => run.variables({ agent_id: "alice" }),
  (run) => run.variables({ agent_id: "nobody" }),
  (run) => run.phases(),
  (run) => run.phases({ limit: 1, offset: 1 }),
  (run) => run.explain.interactions(),
  (run) => run.explain.interactions({ turn_start: 2, turn_end: 5, agents: 2, parameter: "amount" }),
  (run) => run.explain.interactions({ agent_id: "alice" }),
  (run) => run.explain.interactions({ turn_start: 3, turn_end: 1 }),
  (run) => run.explain.turnEnds(),
  (run) => run.lastEvents(3).then((events) => events.map(({ line }) => Buffer.from(line).toString())),
  (run) => run.lastEvents(0),
  (run) => run.lastEvents(100_000).then((events) => events.map(({ event_id }) => event_id)),
  (run) => run.skippedLines(),
  (run) => run.completeness(),
  (run) => run.completeness({ event_types: ["DETAIL"] }),
  (run) => run.completeness({ turn_start: 3, turn_end: 1 }),
];

it("tells phases, each until the next begins, by pages", async () => {
  const stream = await openEventStream({ simulationId: "phases", outputDir: of.home, signals: false });
  for (let turn = 1; turn <= 9; turn++) {
    const scope = stream.startTurn(turn);
    if (turn % 2 === 0) scope.phase(`phase ${turn}`, { description: "another one" });
    scope.end();
  }
  await stream.close();
  const both = await bothOf(join(of.home, "phases"));
  expect((await both[0].phases()).phases.map(({ turn_start, turn_end }) => [turn_start, turn_end])).toEqual([
    [2, 4],
    [4, 6],
    [6, 8],
    [8, 9],
  ]);
  await expectAlike(both, LISTS);
  expect(restored()).toEqual([]);
});

it("tells of a run that was shipped anew as it is by then, whatever it keeps of it", async () => {
  await recordHaggling(of.home, "anew");
  const directory = join(of.home, "anew");
  const [lake, onDisk] = await bothOf(directory);
  const asks: Ask[] = [(run) => run.calls(), (run) => run.variables(), (run) => run.phases()];
  await expectAlike([lake, onDisk], asks);
  const before = await told(lake.calls());
  const log = join(directory, "events.jsonl");
  writeFileSync(log, readFileSync(log, "utf8").replaceAll('"latency_ms":800.5', '"latency_ms":900.5'));
  await shipRun(of.lake, directory);
  await expectAlike([lake, await openStore(of.home, { sidecar: false }).openRun("anew")], asks);
  expect(await told(lake.calls())).not.toBe(before);
});

it("tells of a summary that was shipped anew as it is by then", async () => {
  const directory = runExample(of.home, "market", "summed-up", ["--turns", "3"]);
  const [lake, onDisk] = await bothOf(directory);
  await expectAlike([lake, onDisk], [(run) => run.variables()]);
  const before = await told(lake.variables());
  const summary = join(directory, "summary.json");
  writeFileSync(summary, readFileSync(summary, "utf8").replaceAll('"writes":', '"writes":9'));
  await shipRun(of.lake, directory);
  await expectAlike([lake, onDisk], [(run) => run.variables()]);
  expect(await told(lake.variables())).not.toBe(before);
  expect(restored()).toEqual([]);
});

it("reads the writes of a run without a summary, once, and says where they do not follow from each other", async () => {
  const directory = await writeWholeRun(of.home, "without-summary");
  const log = join(directory, "events.jsonl");
  const text = readFileSync(log, "utf8");
  const last = text.lastIndexOf('"old_value":');
  expect(last).toBeGreaterThan(0);
  const altered = text.slice(last).replace(/"old_value":[^,]+,/, '"old_value":4711,');
  writeFileSync(log, text.slice(0, last) + altered);
  const both = await bothOf(directory);
  expect((await both[1].variables()).gaps.map(({ kind }) => kind)).toEqual(["contradiction"]);
  await expectAlike(both, LISTS);
  expect(restored()).toEqual([]);
});

it("leaves a tape that is cut to its files, and a summary that cannot be read to the log", async () => {
  await recordHaggling(of.home, "cut");
  appendFileSync(join(of.home, "cut", "tape.jsonl"), '{"line":"mess');
  writeFileSync(join(of.home, "cut", "summary.json"), "none");
  const both = await bothOf(join(of.home, "cut"));
  const [{ event_id } = { event_id: "" }] = (await both[1].calls()).calls;
  await expectAlike(both, [(run) => run.variables(), (run) => run.calls()]);
  expect(restored()).toEqual([]);
  await expectAlike(both, [(run) => run.call(event_id)]);
  expect(restored()).toEqual(["cut"]);
});
