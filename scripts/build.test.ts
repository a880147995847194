import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { commitOf } from "./build.mjs";

const root = mkdtempSync(join(tmpdir(), "llm-sim-stamp-"));
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: root,
    encoding: "utf8",
  });
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("a build is stamped with the commit, and says where something was changed since", () => {
  expect(commitOf(root)).toBeUndefined();
  git("init", "-q");
  writeFileSync(join(root, "file"), "one");
  git("add", ".");
  git("commit", "-qm", "First");
  git("tag", "v1.0.0");
  const commit = git("rev-parse", "HEAD").trim();
  expect(commitOf(root)).toBe(commit);
  writeFileSync(join(root, "file"), "two");
  expect(commitOf(root)).toBe(`${commit}-dirty`);
  mkdirSync(join(root, "unpacked"));
  expect(commitOf(join(root, "unpacked"))).toBeUndefined();
});
