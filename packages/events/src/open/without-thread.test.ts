import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../run/index.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let home: string;
/** The package without the module that its thread runs, as a bundler leaves it that does not know of it. */
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "llm-sim-bundled-"));
  cpSync(here("../../dist"), join(home, "package", "dist"), { recursive: true });
  cpSync(here("../../package.json"), join(home, "package", "package.json"));
  rmSync(join(home, "package", "dist", "write", "drain-thread.js"));
  mkdirSync(join(home, "package", "node_modules"));
  symlinkSync(
    dirname(fileURLToPath(import.meta.resolve("zod/package.json"))),
    join(home, "package", "node_modules", "zod"),
  );
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("where the drain's thread cannot be started at all", () => {
  it.each(["few", "many"])(
    "a program that emits (%s) comes to its end, and what the queue can hold is in the log",
    (way) => {
      const output = join(home, way);
      const start = performance.now();
      const { status, stderr } = spawnSync(
        process.execPath,
        [here("./without-thread.fixture.mjs"), join(home, "package", "dist", "index.js"), output, way],
        { timeout: 15_000, killSignal: "SIGKILL", encoding: "utf8" },
      );
      expect(status, stderr).toBe(0);
      expect(performance.now() - start).toBeLessThan(8000);
      const lines = readFileSync(join(output, "run", "events.jsonl"), "utf8")
        .split("\n")
        .slice(0, -1);
      const counts = readManifest(join(output, "run"))?.counts;
      expect(counts?.written).toBe(lines.length);
      expect(counts?.emitted).toBe((counts?.written ?? 0) + (counts?.dropped ?? 0));
      if (way === "few") expect(counts).toMatchObject({ written: 102, dropped: 0 });
      else expect(lines.length).toBeGreaterThan(1000);
    },
  );
});
