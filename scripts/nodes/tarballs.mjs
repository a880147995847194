import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../install.mjs";

let found;

/** The folder, from the root, and the manifest of each package that is published: as they were when they were packed. */
export function publicPackages() {
  found ??= readPackages();
  return found;
}

function readPackages() {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return workspaces
    .map((workspace) => ({
      workspace,
      manifest: JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8")),
    }))
    .filter(({ manifest }) => !manifest.private);
}

/**
 * Packs every public package, as `npm publish` would: what is not built is built first.
 *
 * @param folder where the tarballs go
 * @returns name, file and size in bytes of each
 */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const workspaces = publicPackages().flatMap(({ workspace }) => ["--workspace", workspace]);
  const output = execFileSync(
    "npm",
    ["pack", "--json", "--silent", "--pack-destination", folder, ...workspaces],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  // An array, or an object by name, as npm's version has it.
  return Object.values(JSON.parse(output)).map(({ name, filename, size, files }) => ({
    name,
    file: join(folder, filename),
    size,
    files: files.map(({ path }) => path),
  }));
}
