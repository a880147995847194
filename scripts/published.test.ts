import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { thirdPartyLicences } from "../packages/web/third-party-licences.ts";

const root = resolve(import.meta.dirname, "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const workspacesSchema = z.object({ workspaces: z.array(z.string()) });
const manifestSchema = z.object({
  private: z.boolean().optional(),
  license: z.string(),
  publishConfig: z.unknown(),
});
const { workspaces } = workspacesSchema.parse(JSON.parse(read("package.json")));

describe.each(workspaces)("%s", (workspace) => {
  const manifest = manifestSchema.parse(JSON.parse(read(workspace, "package.json")));

  it("ships the licence that its manifest names, the whole's", () => {
    expect(manifest.license).toBe("MIT");
    if (manifest.private !== true) expect(read(workspace, "LICENSE")).toBe(read("LICENSE"));
  });

  it("is published for everybody, with a proof of where it was built, or not at all", () => {
    if (manifest.private === true) expect(manifest.publishConfig).toBeUndefined();
    else expect(manifest.publishConfig).toEqual({ access: "public", provenance: true });
  });
});

describe("what the web UI bundles", () => {
  const shipped = read("packages/web/dist/THIRD-PARTY-LICENSES.txt");

  it("is named with its licence in what is shipped: all that Vite knows of", async () => {
    const built = await build({
      root: join(root, "packages/web"),
      logLevel: "silent",
      build: { write: false, minify: false, license: { fileName: "known.json" } },
    });
    const parts = "output" in built ? built.output : [];
    const known = parts.find(({ fileName }) => fileName === "known.json");
    const packages = z
      .array(z.object({ name: z.string(), version: z.string(), text: z.string() }))
      .parse(JSON.parse(known?.type === "asset" ? known.source.toString() : ""));
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["react", "uplot", "zod"]));
    const missing = packages.filter(
      ({ name, version, text }) => !shipped.includes(`\n${name} ${version}\n`) || !shipped.includes(text),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(shipped).toMatch(
      /\nelkjs [\d.]+\nLicence: EPL.+\nSource: https:\/\/github\.com\/\S+\n\n[^-]*Eclipse Public License/,
    );
  });
});

describe("a bundle that holds a package", () => {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-licences-"));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function bundle(files: Readonly<Record<string, string>>) {
    const folder = join(home, "node_modules", "@scope", "part");
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, "index.js"), "export const part = 1;\n");
    writeFileSync(join(home, "index.html"), '<script type="module" src="./main.js"></script>');
    writeFileSync(join(home, "main.js"), 'import { part } from "@scope/part"; console.log(part);\n');
    return build({
      root: home,
      configFile: false,
      logLevel: "silent",
      plugins: [thirdPartyLicences()],
      build: { write: false },
    });
  }

  it("is not built where the text of its licence is missing", async () => {
    const manifest = '{ "name": "@scope/part", "version": "1.0.0", "license": "MIT", "main": "index.js" }';
    await expect(bundle({ "package.json": manifest })).rejects.toThrow(
      /@scope\/part is bundled, and .*node_modules\/@scope\/part holds no text of its licence/,
    );
  });

  it("says where its source is, however the package names it", async () => {
    const manifest =
      '{ "name": "@scope/part", "version": "1.0.0", "license": "MIT", "main": "index.js", "repository": "scope/part" }';
    const built = await bundle({ "package.json": manifest, LICENCE: "Do as you like." });
    const text = "output" in built && built.output.find(({ fileName }) => fileName.startsWith("THIRD"));
    expect(text && text.type === "asset" && text.source).toContain(
      "\n@scope/part 1.0.0\nLicence: MIT\nSource: https://github.com/scope/part\n\nDo as you like.\n",
    );
  });
});
