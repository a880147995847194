import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isOutOfFiles } from "./index.ts";

const failed = (code: string, message: string) => Object.assign(new Error(message), { code });

it("descriptors are wanting where the system says so, also as the reason of something else, or of a thread that could not be made", () => {
  const full = failed("EMFILE", "EMFILE: too many open files, open 'a'");
  for (const error of [
    full,
    new Error("a thread has not begun", { cause: full }),
    failed("ERR_WORKER_INIT_FAILED", "Worker initialization failure: EMFILE"),
  ])
    expect(isOutOfFiles(error)).toBe(true);
  for (const error of [
    failed("ENOENT", "no such file"),
    failed("ERR_WORKER_INIT_FAILED", "Worker initialization failure: ENOMEM"),
    undefined,
  ])
    expect(isOutOfFiles(error)).toBe(false);
});

it("so they are where a package is not found whose package.json is there, and not where it is missing", () => {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-packages-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const index = (name: string) => join(home, "node_modules", name, "index.js");
  mkdirSync(join(home, "node_modules", "whole"), { recursive: true });
  writeFileSync(join(home, "node_modules", "whole", "package.json"), "{}");
  const notFound = (what: string) =>
    failed("ERR_MODULE_NOT_FOUND", `Cannot find package '${what}' imported from ${home}/a.js`);
  expect(isOutOfFiles(notFound(index("whole")))).toBe(true);
  expect(isOutOfFiles(notFound(index("absent")))).toBe(false);
  expect(isOutOfFiles(notFound("zod"))).toBe(false);
});
