import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { run } from "./segmented-run.test.fixture.ts";
import { verifyRun } from "./verify-run.ts";

const FORMS: Record<string, (path: string) => void> = {
  "a pipe": (path) => void execFileSync("mkfifo", [path]),
  "a directory": (path) => mkdirSync(path),
  "a link to a device": (path) => symlinkSync("/dev/zero", path),
  "a link out of the directory that holds the runs": (path) => {
    const outside = `${dirname(dirname(path))}-outside`;
    writeFileSync(outside, "{}\n");
    symlinkSync(outside, path);
  },
};

it.skipIf(process.platform === "win32").each(Object.keys(FORMS))(
  "a tape that is %s is a violation, told without its place on this machine, and the rest of the log is held to its rules",
  async (form) => {
    const directory = run({});
    FORMS[form]?.(join(directory, "tape.jsonl"));
    const { result, events, violations } = await verifyRun(directory);
    rmSync(`${dirname(directory)}-outside`, { force: true });
    expect(result).toBe("violation");
    expect(events).toBeGreaterThan(0);
    expect(violations).toMatchObject([{ rule: "tape-line", file: "tape.jsonl", line: 0 }]);
    expect(violations[0]?.message).toMatch(/^tape\.jsonl is not read: /);
  },
);
