import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunReadError } from "@llm-sim/events/read";
import { thisProcess } from "@llm-sim/events/run";
import { openLake, openLakeStore, shipRun } from "@llm-sim/lake";
import { openStore, type Run, type Store } from "@llm-sim/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ODD_LOGS } from "../faults/odd-logs.mjs";
import { compareStores } from "../same-answers/compare.mjs";
import { HEAVY_KINDS, SHORT_KINDS, writeCorpus, writeOddBatches } from "../same-answers/corpus.mjs";
import { tryLake } from "./try-lake.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-same-"));
const [outputDir, oddBatches] = [join(home, "runs"), join(home, "batches")];
const { ONLY, ALL_KINDS } = process.env;
const MANY = Number(process.env.QUESTIONS ?? 40);
const kinds =
  ALL_KINDS === undefined ? SHORT_KINDS : Object.keys(ODD_LOGS).filter((kind) => !HEAVY_KINDS.includes(kind));

/** What names files: a compressed segment is made again as one that is not. */
const alike = (text: string) =>
  text.replaceAll(".jsonl.gz", ".jsonl").replaceAll(/"bytes":\d+/g, '"bytes":…');
let tried: Awaited<ReturnType<typeof tryLake>>;

beforeAll(async () => {
  await writeCorpus(outputDir, { kinds });
  await writeOddBatches(oddBatches);
  tried = await tryLake();
}, 300_000);

afterAll(async () => {
  await tried.close();
  rmSync(home, { recursive: true, force: true });
});

it("answers every question as the files do", () => compared(outputDir, { only: ONLY }), 1_800_000);

it(
  "answers out of threads, as it does of large runs, as the files do",
  () => compared(outputDir, { only: ONLY, many: MANY / 4, served: inThreads }),
  1_800_000,
);

it(
  "answers of batches as the files do, whose runs are cut off, damaged, missing or none of theirs, and as they become",
  () => compared(oddBatches, { only: "odd-whole-1" }, extendBatch),
  300_000,
);

/** One has other numbers now, one is new, and one is being written. */
function extendBatch(directory: string): string[] {
  const summary = join(directory, "odd-whole-2", "summary.json");
  writeFileSync(summary, readFileSync(summary, "utf8").replaceAll(".1", ".4"));
  cpSync(join(directory, "odd-whole-3"), join(directory, "odd-whole-9"), { recursive: true });
  const manifest = join(directory, "odd-whole-9", "run.json");
  const text = readFileSync(manifest, "utf8").replace("odd-whole-3", "odd-whole-9");
  writeFileSync(manifest, text.replace(/"seed":\d+/, '"seed":99'));
  writeFileSync(
    join(directory, "odd-left", "writer.lock"),
    JSON.stringify({ ...thisProcess(), token: "test" }),
  );
  return ["odd-whole-2", "odd-whole-9", "odd-left"];
}

/** The same store, whose runs tell of themselves that they are large. */
function inThreads(store: Store): Store {
  const large = (run: Run): Run =>
    shownAs(run, "asItIs", async () => ({ ...(await run.asItIs()), bytes: Number.POSITIVE_INFINITY }));
  return shownAs(store, "openRun", async (id: string) => large(await store.openRun(id)));
}

function shownAs<T extends object>(of: T, member: keyof T, as: unknown): T {
  return new Proxy(of, {
    get: (_, name) => {
      const shown: unknown = name === member ? as : Reflect.get(of, name, of);
      return typeof shown === "function" ? shown.bind(of) : shown;
    },
  });
}

async function compared(
  output: string,
  {
    many = MANY,
    served: shown = (store: Store) => store,
    ...options
  }: { only: string | undefined; many?: number; served?: (store: Store) => Store },
  extend?: (directory: string) => string[],
) {
  const lake = openLake(tried.address());
  const files = openStore(output, { sidecar: false });
  for (const { id } of await files.listRuns()) {
    try {
      await shipRun(lake, join(output, id));
    } catch (error) {
      // What cannot be read at all is not shipped either.
      if (!isRunReadError(error)) throw error;
      rmSync(join(output, id), { recursive: true });
    }
  }
  const served = await openLakeStore(lake);
  try {
    const compare = async () => {
      // Anew: a list says more of a run whose log has been read.
      const one = openStore(output, { sidecar: false });
      const { asked, runs, differences } = await compareStores(one, shown(served), {
        many,
        alike,
        ...options,
      });
      await one.close();
      for (const difference of differences.slice(0, 40)) console.log(difference);
      console.log(`${asked} questions of ${runs} runs`);
      expect(differences).toEqual([]);
    };
    await compare();
    if (extend === undefined) return;
    const before = JSON.stringify(await served.batch("odd"));
    for (const id of extend(output)) await shipRun(lake, join(output, id));
    await compare();
    expect(JSON.stringify(await served.batch("odd"))).not.toBe(before);
  } finally {
    await served.close();
    await files.close();
    await lake.close();
  }
}
