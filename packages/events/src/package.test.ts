import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const manifest: {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  exports: Record<string, { types: string; default: string } | string>;
} = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

function packedFiles(): string[] {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: PACKAGE,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [packed]: { files: { path: string }[] }[] = JSON.parse(output);
  return packed?.files.map(({ path }) => path) ?? [];
}

/** The modules that a program loads with one import: those of the package by their path in dist, others by their package's name. */
function loadedBy(specifier: string): string[] {
  const hooks = `
    const loaded = [];
    export async function load(url, context, next) {
      process._rawDebug(url);
      return next(url, context);
    }`;
  const program = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
    // The drain's module refuses to run anywhere but in its thread, once it is loaded.
    await import(${JSON.stringify(specifier)}).catch((error) => {
      if (!error.message.includes("worker's")) throw error;
    });`;
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: PACKAGE,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const urls = stderr.split("\n").filter((line) => line.startsWith("file:"));
  return urls.map((url) => {
    const path = fileURLToPath(url);
    const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.replace(PACKAGE, ""));
    return dependency?.[1] ?? path.slice(path.indexOf("/dist/") + "/dist/".length);
  });
}

describe("the package as it is published", () => {
  const files = packedFiles();

  it("holds the built modules, their types and the sources that these name, and nothing that only tests use", () => {
    expect(files).toContain("package.json");
    const strange = files.filter(
      (path) =>
        !/^(dist\/.+\.(js|d\.ts|d\.ts\.map)|dist\/build\.json|src\/.+\.ts|package\.json|README\.md|LICENSE)$/.test(
          path,
        ),
    );
    expect(strange).toEqual([]);
    expect(files.filter((path) => /\.test\.|fixture/.test(path))).toEqual([]);
  });

  it("holds what its exports name", () => {
    for (const entry of Object.values(manifest.exports)) {
      for (const file of typeof entry === "string" ? [entry] : Object.values(entry))
        expect(files).toContain(file.slice("./".length));
    }
  });

  it("holds the drain's thread, which nobody imports", () => {
    expect(files).toContain("dist/write/drain-thread.js");
  });

  it("depends on the program's own zod, and on jsep for the conditions of watches, and on nothing else", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["jsep"]);
    expect(manifest.peerDependencies).toEqual({ zod: "^4" });
  });
});

describe("a program that imports only what it needs to emit", () => {
  const loaded = loadedBy("@llm-sim/events");

  it("loads no dependency but zod", () => {
    expect([...new Set(loaded.filter((path) => !path.includes("/") && !path.endsWith(".js")))]).toEqual([
      "zod",
    ]);
  });

  it("loads nothing of the reading half", () => {
    const rooms = new Set(loaded.filter((path) => path.endsWith(".js")).map((path) => path.split("/")[0]));
    for (const room of ["read", "state", "tape", "watch", "testing"]) expect(rooms).not.toContain(room);
    expect(rooms).toContain("emit");
    expect(rooms).toContain("write");
  });

  it("loads no dependency and no schema in the drain's thread, which has to be there at once", () => {
    const inThread = loadedBy(pathToFileURL(join(PACKAGE, "dist/write/drain-thread.js")).href);
    expect(new Set(inThread.map((path) => path.split("/")[0]))).toEqual(
      new Set(["write", "files", "layout", "errors.js"]),
    );
  });

  it("finds everything that the documentation shows", async () => {
    const front: object = await import("@llm-sim/events");
    const testing: object = await import("@llm-sim/events/testing");
    for (const name of [
      "openEventStream",
      "repairRun",
      "parseSize",
      "EventStream",
      "EventHandle",
      "Scope",
      "isWriteError",
      "isInvalidEventError",
    ])
      expect(front).toHaveProperty(name);
    for (const name of ["MemorySink", "openMemoryStream", "sinkSuite"]) expect(testing).toHaveProperty(name);
  });
});
