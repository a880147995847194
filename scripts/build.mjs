// Installs what is missing and builds what changed: tsc -b keeps its own record of what is up to date, the web UI a stamp.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install, root, run } from "./install.mjs";

const web = join(root, "packages", "web");
/** What lies in a package's dist and comes from no source. */
const NOT_COMPILED = [".tsbuildinfo", "build.json"];
/** A `Buffer` for one module: Node's, where the program that is compiled has it. */
const OWN_BUFFER =
  "type Buffer = typeof globalThis extends { Buffer: { prototype: infer Bytes } } ? Bytes : Uint8Array;\n";
const webStamp = join(web, "dist", ".built-from");

function compile() {
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}

/** tsc leaves what it once made of a source that is gone: a package would carry it, and a test could still import it. */
function removeStale() {
  for (const home of compiledPackages()) {
    const [source, dist] = [join(home, "src"), join(home, "dist")];
    for (const { parentPath, name } of filesBelow(dist)) {
      const output = join(parentPath, name);
      const from = join(source, output.slice(dist.length)).replace(/\.(?:d\.ts\.map|d\.ts|js)$/, ".ts");
      if (!NOT_COMPILED.includes(name) && !existsSync(from)) rmSync(output);
    }
  }
}

/**
 * Lets declarations that name Node's `Buffer` be read without Node's types, where it is the `Uint8Array` that it extends. What is built
 * here is as old as it was: the compiler goes by that.
 */
function freeOfNodeTypes() {
  for (const home of compiledPackages()) {
    for (const { parentPath, name } of filesBelow(join(home, "dist"))) {
      if (!name.endsWith(".d.ts")) continue;
      const file = join(parentPath, name);
      const text = readFileSync(file, "utf8");
      if (!/\bBuffer\b/.test(text) || text.includes(OWN_BUFFER)) continue;
      const { atime, mtime } = statSync(file);
      writeFileSync(file, text.replace(/^(?=\/\/# sourceMappingURL)/m, OWN_BUFFER));
      utimesSync(file, atime, mtime);
    }
  }
}

/** The folders of all packages. */
function packages() {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return workspaces.map((workspace) => join(root, workspace));
}

function compiledPackages() {
  return packages().filter((home) => existsSync(join(home, "dist", ".tsbuildinfo")));
}

/**
 * Writes into each package what it was built from: where it is installed there is no repository to ask. It is no source, so that the
 * compiler takes nothing for old on its account.
 */
function stamp() {
  const text = `${JSON.stringify({ commit: commitOf(root) })}\n`;
  for (const home of compiledPackages()) {
    const file = join(home, "dist", "build.json");
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}

/** @returns the commit that is checked out, with `-dirty` where files of it were changed; `undefined` where there is no repository */
export function commitOf(folder) {
  const git = (...args) => spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  // A repository that only lies around the folder knows nothing of it.
  const prefix = git("rev-parse", "--show-prefix");
  if (prefix.status !== 0 || prefix.stdout.trim() !== "") return undefined;
  const described = git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*");
  return described.status === 0 ? described.stdout.trim() : undefined;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}

/** What the UI is made of: its sources, the schemas it parses with, and the versions of its parts. */
function webSources() {
  const folders = [
    join(web, "src"),
    join(web, "public"),
    ...["columns", "layout", "naming", "schema", "words"].map((part) =>
      join(root, "packages", "events", "src", part),
    ),
    join(root, "packages", "api", "src"),
  ];
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap(filesBelow)
    .filter((entry) => !entry.name.includes(".test."))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of [
    ...files,
    join(web, "index.html"),
    join(web, "vite.config.ts"),
    join(web, "third-party-licences.ts"),
    join(web, "without-descriptions.ts"),
    join(web, "package.json"),
    join(root, "package-lock.json"),
  ].sort()) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Every package that is published carries the licence of the whole, which stands in one place. */
function copyLicence() {
  const text = readFileSync(join(root, "LICENSE"), "utf8");
  for (const home of packages()) {
    if (JSON.parse(readFileSync(join(home, "package.json"), "utf8")).private) continue;
    const file = join(home, "LICENSE");
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  }
}

function buildWeb() {
  const sources = webSources();
  if (existsSync(webStamp) && readFileSync(webStamp, "utf8") === sources) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  run(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: web });
  mkdirSync(join(web, "dist"), { recursive: true });
  writeFileSync(webStamp, sources);
}

export function build() {
  install();
  compile();
  removeStale();
  freeOfNodeTypes();
  stamp();
  copyLicence();
  buildWeb();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) build();
