import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isStoreError } from "../errors.ts";
import type { Store } from "../port/index.ts";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";

const NO_IDS = ["market (1)", "market copy", "marché", "市場", " market", ".market", "-market", "🐟", "a,b"];

function put(output: string, name: string): void {
  writeRun(join(output, name), {
    segments: [
      [...generateLog({ events: 40, agents: 3, simulationId: "market", start: 1_763_882_100_000_000 })],
    ],
  });
}

async function withStore(output: string, ask: (store: Store) => Promise<void>): Promise<void> {
  const store = openStore(output);
  try {
    await ask(store);
  } finally {
    await store.close();
  }
}

const messageOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (isStoreError(error, "SIMULATION_NOT_FOUND") ? error.message : error),
  );

describe("a directory whose name is no id", () => {
  it.each(NO_IDS)("%s is listed with the reason why it cannot be asked by id", async (name) => {
    await inTemporaryDirectory(async (output) => {
      put(output, name);
      await withStore(output, async (store) => {
        const reason = expect.stringMatching(/its name is no id .*rename .*by its path/);
        expect(await store.listRuns()).toMatchObject([{ id: name, event_count: 40, unreadable: reason }]);
        expect(await messageOf(store.openRun(name))).toContain("its name is no id");
      });
    });
  });

  it.each(NO_IDS)("%s is asked by path and by name, where a person asks", async (name) => {
    await inTemporaryDirectory(async (output) => {
      put(output, name);
      await withStore(output, async (store) => {
        for (const reference of [join(output, name), `${join(output, name)}/`, name]) {
          const run = await store.resolveRun(reference);
          expect([run.id, (await run.query()).total]).toEqual([name, 40]);
        }
      });
    });
  });

  it("is never the latest, which has to have an id", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "market (1)");
      put(output, "market");
      await withStore(output, async (store) => {
        expect((await store.resolveRun("latest")).id).toBe("market");
      });
    });
  });
});

describe("a symbolic link", () => {
  it("to a run inside the output directory is a run", async () => {
    await inTemporaryDirectory(async (output) => {
      mkdirSync(join(output, "archive"));
      put(join(output, "archive"), "old");
      symlinkSync(join("archive", "old"), join(output, "kept"));
      await withStore(output, async (store) => {
        expect(await store.listRuns()).toMatchObject([{ id: "kept", event_count: 40 }]);
        expect((await (await store.openRun("kept")).query()).total).toBe(40);
      });
    });
  });

  it("for a log inside the output directory is followed", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "market");
      mkdirSync(join(output, "linked"));
      symlinkSync(join("..", "market", "events.jsonl"), join(output, "linked", "events.jsonl"));
      await withStore(output, async (store) => {
        expect((await (await store.openRun("linked")).query()).total).toBe(
          (await (await store.openRun("market")).query()).total,
        );
      });
    });
  });

  it("that leads out of it is listed with the reason, and nothing behind it is told", async () => {
    await inTemporaryDirectory(async (root) => {
      const output = join(root, "output");
      mkdirSync(join(output, "log"), { recursive: true });
      put(root, "outside");
      writeFileSync(join(root, "outside", "run.json"), JSON.stringify({ name: "secret" }));
      symlinkSync(join(root, "outside"), join(output, "run"));
      symlinkSync(join(root, "absent"), join(output, "gone"));
      symlinkSync(join(root, "outside", "run.json"), join(output, "file"));
      symlinkSync(join(root, "outside", "events.jsonl"), join(output, "log", "events.jsonl"));
      symlinkSync(join(root, "outside", "run.json"), join(output, "log", "run.json"));
      await withStore(output, async (store) => {
        const runs = await store.listRuns();
        expect(runs.map(({ id, unreadable }) => [id, unreadable])).toEqual([
          ["run", expect.stringContaining("symbolic link that leads out of")],
          ["log", expect.stringContaining("symbolic link that leads out of")],
          ["gone", expect.stringContaining("symbolic link that leads nowhere")],
        ]);
        expect(JSON.stringify(runs)).not.toContain("secret");
        expect(runs.every(({ event_count }) => event_count === 0)).toBe(true);
        expect(await messageOf(store.openRun("run"))).toContain("symbolic link that leads out of");
        expect(await messageOf(store.resolveRun("run"))).toContain("symbolic link that leads out of");
      });
    });
  });
});

describe.skipIf(process.platform === "win32")("a run's directory", () => {
  const files = ["run.json", "writer.lock", "config.json", "events.index", "summary.json", "tape.jsonl"];
  it.each(files)(
    "whose %s is a FIFO is listed, opened and asked, and nothing waits for who writes into it",
    async (file) => {
      await inTemporaryDirectory(async (output) => {
        put(output, "market");
        const path = join(output, "market", file);
        rmSync(path, { force: true });
        execFileSync("mkfifo", [path]);
        await withStore(output, async (store) => {
          expect(await store.listRuns()).toMatchObject([{ id: "market", name: "market", event_count: 40 }]);
          const run = await store.openRun("market");
          expect((await run.query()).total).toBe(40);
          expect((await run.details()).event_count).toBe(40);
        });
        await withStore(output, async (store) => expect(await store.listRuns()).toHaveLength(1));
      });
    },
  );

  it("whose config.json or run.json is a link that leads out of the output directory keeps what is there to itself", async () => {
    await inTemporaryDirectory(async (root) => {
      const output = join(root, "output");
      for (const file of [
        "config.json",
        "run.json",
        "writer.lock",
        "events.index",
        "summary.json",
        "tape.jsonl",
      ]) {
        put(output, "market");
        writeFileSync(
          join(root, "secret"),
          JSON.stringify({ name: "secret", simulation: { name: "secret" } }),
        );
        rmSync(join(output, "market", file), { force: true });
        symlinkSync(join(root, "secret"), join(output, "market", file));
        await withStore(output, async (store) => {
          const listed = JSON.stringify(await store.listRuns());
          const details = await store.openRun("market").then((run) => run.details(), String);
          expect(listed + JSON.stringify(details), file).not.toContain('"secret"');
        });
        rmSync(join(output, "market"), { recursive: true });
      }
    });
  });
});
