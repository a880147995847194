import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importsIn, isOptional, packageOf } from "../boundaries.mjs";
import { root } from "../install.mjs";
import { FORMATS, runBundled } from "./bundles.mjs";
import { CHECKS } from "./checks.mjs";
import { Project } from "./project.mjs";
import { packAll, publicPackages } from "./tarballs.mjs";
import { compile, WAYS } from "./types.mjs";

/** The registry, a compiler, a server: on a busy machine each takes its time, in milliseconds. */
const PATIENCE = 180_000;
const folder = mkdtempSync(join(tmpdir(), "llm-sim-tarballs-"));
const project = new Project();
let tarballs: ReturnType<typeof packAll>;

beforeAll(() => {
  tarballs = packAll(folder);
}, PATIENCE);

afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE);

const filesOf = (name: string): string[] => tarballs.find((tarball) => tarball.name === name)?.files ?? [];

describe("the packages' tarballs", () => {
  it("hold what their manifests name, the sources that their types' maps name, a README and a licence", () => {
    for (const { manifest } of publicPackages()) {
      const { name, exports = {}, bin = {} } = manifest;
      const files = new Set(filesOf(name));
      const named: string[] = [...Object.values(exports), bin].flatMap((entry) =>
        typeof entry === "string" ? [entry] : Object.values(entry),
      );
      const wanted = [...named.map((file) => file.replace("./", "")), "README.md", "LICENSE"];
      expect(
        wanted.filter((file) => !files.has(file)),
        name,
      ).toEqual([]);
      const maps = [...files].filter((file) => file.endsWith(".d.ts.map"));
      const sources = maps.map((map) => map.replace("dist/", "src/").replace(/\.d\.ts\.map$/, ".ts"));
      expect(
        sources.filter((source) => !files.has(source)),
        name,
      ).toEqual([]);
      expect(
        [...files].filter((file) => /\.test\.|\.fixture\.|\.tsbuildinfo|\.js\.map/.test(file)),
        name,
      ).toEqual([]);
    }
  });

  it("import nothing that is neither in them nor declared", () => {
    for (const { workspace, manifest } of publicPackages()) {
      const files = new Set(filesOf(manifest.name));
      const declared = { ...manifest.dependencies, ...manifest.peerDependencies, [manifest.name]: "" };
      const strange = [...files].flatMap((file) =>
        importsOf(join(root, workspace, file))
          .filter((specifier) =>
            specifier.startsWith(".")
              ? !files.has(join(file, "..", specifier.replace(/\.ts$/, ".d.ts")))
              : !isOptional(specifier) && !(packageOf(specifier) in declared),
          )
          .map((specifier) => `${manifest.name}/${file}: ${specifier}`),
      );
      expect(strange).toEqual([]);
    }
  });
});

/** What a built module, or its types, imports beyond Node's own modules. */
function importsOf(file: string): string[] {
  if (!/dist\/.*\.(js|d\.ts)$/.test(file) || file.includes("/assets/")) return [];
  return importsIn(readFileSync(file, "utf8")).filter((specifier) => !isBuiltin(specifier));
}

describe("an empty project with the packages installed from their tarballs", () => {
  it.for(CHECKS)("$name", { timeout: PATIENCE }, async ({ run }) => {
    await run({ project, tarballs });
  });

  it.for(WAYS)("compiles strictly: $resolution, $surroundings", { timeout: PATIENCE }, async (way) => {
    await compile(project, join(root, "node_modules", "typescript", "bin", "tsc"), way);
  });

  it.for(Object.keys(FORMATS))("a bundled program (%s)", { timeout: PATIENCE }, async (format) => {
    await runBundled(project, process.execPath, format, bundle);
  });
});

async function bundle(source: string, made: string, format: "esm" | "cjs"): Promise<void> {
  const bundled = await rolldown({ input: source, platform: "node", logLevel: "silent" });
  await bundled.write({ file: made, format, codeSplitting: false });
  await bundled.close();
}
