import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { directoryOf, type Lake, openLake } from "@llm-sim/lake";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { contentOf } from "./made-runs.mjs";
import { tryLake } from "./try-lake.mjs";

interface LakeOfTests {
  /** A directory for runs, which goes with the tests. */
  readonly home: string;
  readonly lake: Lake;
  /** The address of a database that nobody has used. */
  readonly address: () => string;
}

interface Options {
  /** Without which nobody is let in. */
  password?: string;
  /** Of two shards. */
  isCluster?: boolean;
  /** A database for each test: where a run is shipped anew again and again, all rows of a shared one are gone through each time. */
  isOfEachTest?: boolean;
}

/** What the tests of a file are tried with; to be called where they are described. */
export function useLake(
  name: string,
  { password = "", isCluster, isOfEachTest = false }: Options = {},
): LakeOfTests {
  const home = mkdtempSync(join(tmpdir(), `llm-sim-${name}-`));
  let tried: Awaited<ReturnType<typeof tryLake>>;
  let lake: Lake;
  const open = () => {
    lake = openLake(tried.address(), { password });
  };
  beforeAll(async () => {
    tried = await tryLake({ password, isCluster });
    if (!isOfEachTest) open();
  });
  if (isOfEachTest) {
    beforeEach(open);
    afterEach(async () => {
      await lake.command(`DROP DATABASE IF EXISTS \`${lake.address.database}\``);
      await lake.close();
    });
  }
  afterAll(async () => {
    if (!isOfEachTest) await lake.close();
    await tried.close();
    rmSync(home, { recursive: true, force: true });
  });
  return {
    home,
    get lake() {
      return lake;
    },
    address: () => tried.address(),
  };
}

let backs = 0;

/** Wants a run to come back out of a lake as it is on disk. @param home where it may be made again */
export async function isThere(lake: Lake, directory: string, home: string): Promise<void> {
  const back = join(home, "back", `${backs++}`);
  await directoryOf(lake, basename(directory), back);
  expect(contentOf(back)).toEqual(contentOf(directory));
}
