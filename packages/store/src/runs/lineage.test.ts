import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Store } from "../port/index.ts";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";

const EVENT = "01KAR8B1C0A1B2C000000000F7";

/** A run that is over, or one that was forked from another. */
function put(output: string, name: string, parent?: { simulation_id: string; turn: number }): void {
  const start = 1_763_882_100_000_000;
  writeRun(join(output, name), {
    segments: [[...generateLog({ events: 40, agents: 3, simulationId: name, start })]],
  });
  const manifest = {
    simulation_id: name,
    status: "completed",
    verbosity: "DETAIL",
    start_time: "2026-11-25T10:00:00.000000Z",
    counts: { emitted: 40, written: 40, dropped: 0, suppressed: 0, pending: 0 },
    segments: [],
    ...(parent && {
      parent: { ...parent, event_id: EVENT, is_checkpoint: true },
      interventions: [{ turn: parent.turn + 1, set: [{ variable: "price", value: 3 }] }],
    }),
  };
  writeFileSync(join(output, name, "run.json"), JSON.stringify(manifest));
}

async function withRuns(ask: (store: Store, output: string) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    put(output, "market");
    put(output, "later", { simulation_id: "market", turn: 4 });
    put(output, "earlier", { simulation_id: "market", turn: 1 });
    put(output, "grandchild", { simulation_id: "later", turn: 6 });
    const store = openStore(output);
    try {
      await ask(store, output);
    } finally {
      await store.close();
    }
  });
}

const childrenOf = async (store: Store, id: string) => (await (await store.openRun(id)).details()).children;

it("a run names the one it goes on from, in the list too, and what was made otherwise", async () => {
  await withRuns(async (store) => {
    const parent = { simulation_id: "market", turn: 4, event_id: EVENT };
    expect(await (await store.openRun("later")).details()).toMatchObject({
      parent,
      interventions: [{ turn: 5, set: [{ variable: "price", value: 3 }] }],
    });
    const listed = await store.listRuns();
    expect(listed.find(({ id }) => id === "later")?.parent).toEqual(parent);
    expect(listed.find(({ id }) => id === "market")).not.toHaveProperty("parent");
  });
});

it("a run names those that go on from it, by turn", async () => {
  await withRuns(async (store, output) => {
    expect(await childrenOf(store, "market")).toEqual([
      { simulation_id: "earlier", turn: 1 },
      { simulation_id: "later", turn: 4 },
    ]);
    expect(await childrenOf(store, "later")).toEqual([{ simulation_id: "grandchild", turn: 6 }]);
    expect(await childrenOf(store, "grandchild")).toEqual([]);
    // As they come, change and go.
    put(output, "new", { simulation_id: "market", turn: 2 });
    put(output, "later", { simulation_id: "grandchild", turn: 4 });
    rmSync(join(output, "earlier"), { recursive: true });
    expect(await childrenOf(store, "market")).toEqual([{ simulation_id: "new", turn: 2 }]);
  });
});

it("a run that says only later whose child it is, is named then, though its directory was there before", async () => {
  await withRuns(async (store, output) => {
    const early = join(output, "early");
    mkdirSync(early);
    // Long enough ago that the directory itself would tell of what comes and goes in it.
    await new Promise((resolve) => setTimeout(resolve, 80));
    const before = await childrenOf(store, "grandchild");
    put(output, "early", { simulation_id: "grandchild", turn: 7 });
    expect([before, await childrenOf(store, "grandchild")]).toEqual([
      [],
      [{ simulation_id: "early", turn: 7 }],
    ]);
  });
});
