// A link, a pipe or a directory in place of each file that a run can have.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What nobody may read through a link. */
export const SECRET = "a-secret-that-lies-outside-of-the-run";

export const FILE_NAMES = [
  "run.json",
  "events.jsonl",
  "events_2026-11-26_10-00-00-000000.jsonl",
  "events_2026-11-26_11-00-00-000000.jsonl.gz",
  "segments.jsonl",
  "summary.json",
  "writer.lock",
  "tape.jsonl",
  "notes.jsonl",
  "notes.lock",
  "seal.json",
  "events.index",
  "events.index.0",
  "checkpoints",
  "checkpoints/turn_4.json",
];

/** @type {Record<string, (path: string, outside: string) => void>} */
export const FILE_FORMS = {
  "a pipe": (path) => void spawnSync("mkfifo", [path]),
  "a link to a file outside": (path, outside) => symlinkSync(join(outside, "secret"), path),
  "a link to nothing": (path, outside) => symlinkSync(join(outside, "nothing"), path),
  "a link to a device": (path) => symlinkSync("/dev/zero", path),
  "a directory": (path) => mkdirSync(path),
};

/** Puts it in the file's place. @returns what tells whether something outside of the run was written through it */
export function writeOddFile(directory, name, form) {
  const path = join(directory, name);
  // A link to another run of the same output is followed; this is none.
  const outside = `${dirname(directory)}-outside`;
  mkdirSync(outside, { recursive: true });
  writeFileSync(join(outside, "secret"), `{"name": "${SECRET}", "simulation_id": "${SECRET}"}\n`);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  FILE_FORMS[form](path, outside);
  const look = () =>
    JSON.stringify(readdirSync(outside).map((file) => [file, readFileSync(join(outside, file), "latin1")]));
  const before = look();
  return { wasTouched: () => look() !== before };
}
