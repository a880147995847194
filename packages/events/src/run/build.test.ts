import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { buildOf, writtenBy } from "./build.ts";

const COMMIT = "8f3a0c".padEnd(40, "0");
const root = mkdtempSync(join(tmpdir(), "llm-sim-build-"));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function packageWith(files: Readonly<Record<string, unknown>>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), JSON.stringify(content));
  }
  return pathToFileURL(join(root, "dist", "run", "module.js")).href;
}

describe("which llm-sim this is", () => {
  it("says version and commit as the package has them, from wherever in it a module asks", () => {
    const url = packageWith({
      "package.json": { name: "@llm-sim/server", version: "1.2.3" },
      "dist/build.json": { commit: COMMIT },
    });
    expect(buildOf(url)).toEqual({ version: "1.2.3", commit: COMMIT });
    expect(buildOf(new URL("../../src/module.ts", url).href)).toEqual({ version: "1.2.3", commit: COMMIT });
  });

  it("says no commit where it was built outside a repository", () => {
    const url = packageWith({ "package.json": { name: "llm-sim", version: "1.2.3" } });
    expect(buildOf(url)).toEqual({ version: "1.2.3" });
  });

  it("does not take the program that it was bundled into for itself", () => {
    const url = packageWith({
      "package.json": { name: "my-program", version: "7.0.0" },
      "dist/build.json": { commit: COMMIT },
    });
    expect(buildOf(url)).toEqual({ version: "unknown" });
    expect(buildOf("file:///nowhere/module.js")).toEqual({ version: "unknown" });
    expect(buildOf(undefined)).toEqual({ version: "unknown" });
  });

  it("is what run.json says, beside Node", () => {
    const { node } = process.versions;
    expect(writtenBy({ version: "1.2.3", commit: COMMIT })).toEqual({
      versions: { "llm-sim": "1.2.3", node },
      llm_sim_commit: COMMIT,
    });
    expect(writtenBy({ version: "1.2.3" })).toEqual({ versions: { "llm-sim": "1.2.3", node } });
  });
});
