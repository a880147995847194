// A copy of the tree that can be built: its sources as they are now, the installed packages by links, its own packages by themselves.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../install.mjs";

const SCOPE = "@llm-sim";

/** @returns the copy's directory, which is the caller's to remove */
export function scratchCopy() {
  const copy = mkdtempSync(join(tmpdir(), "llm-sim-scratch-"));
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  for (const file of listed.stdout.split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    // A file that is deleted and not yet committed is listed all the same.
    cpSync(join(root, file), join(copy, file), { force: true, errorOnExist: false });
  }
  linkInstalled(copy);
  return copy;
}

function linkInstalled(copy) {
  const from = join(root, "node_modules");
  const to = join(copy, "node_modules");
  mkdirSync(join(to, SCOPE), { recursive: true });
  for (const name of readdirSync(from)) {
    // Ours are the copy's own; what tools keep there for themselves stays theirs.
    if (name === SCOPE || name === "llm-sim" || (name.startsWith(".") && name !== ".bin")) continue;
    symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, SCOPE)))
    symlinkSync(join(copy, "packages", name), join(to, SCOPE, name));
  symlinkSync(join(copy, "packages", "cli"), join(to, "llm-sim"));
}
