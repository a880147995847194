// Installs what is missing and builds what changed: tsc -b keeps its own record of what is up to date, the web UI a stamp.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install, root, run } from "./install.mjs";

const web = join(root, "packages", "web");
const webStamp = join(web, "dist", ".built-from");

function compile() {
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}

/** tsc leaves what it once made of a source that is gone: a package would carry it, and a test could still import it. */
function removeStale() {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const workspace of workspaces) {
    const [source, dist] = ["src", "dist"].map((folder) => join(root, workspace, folder));
    if (!existsSync(join(dist, ".tsbuildinfo"))) continue;
    for (const { parentPath, name } of filesBelow(dist)) {
      const made = join(parentPath, name);
      const from = join(source, made.slice(dist.length)).replace(/\.(?:d\.ts\.map|d\.ts|js)$/, ".ts");
      if (name !== ".tsbuildinfo" && !existsSync(from)) rmSync(made);
    }
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}

/** What the UI is made of: its sources, the schemas it parses with, and the versions of its parts. */
function webSources() {
  const folders = [join(web, "src"), join(web, "public"), join(root, "packages", "events", "src", "schema")];
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
    join(root, "package-lock.json"),
  ].sort()) {
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
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
  buildWeb();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) build();
