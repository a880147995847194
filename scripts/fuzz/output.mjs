// A directory with runs of every kind that the server may meet: of ours, forkable, in a batch, with model calls, with names that trap,
// of other programs, damaged, empty, and what is no run.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { openEventStream } from "../../packages/events/dist/index.js";
import { NAMES_THAT_TRAP, recordHaggling } from "../../packages/events/dist/testing/index.js";
import { anyLog } from "../../packages/store/dist/testing/any-log.js";
import { root } from "../install.mjs";

const execute = promisify(execFile);
const cli = join(root, "packages", "cli", "bin", "llm-sim.js");
const FIXTURES = join(root, "packages", "events", "src", "read", "fixtures");
/** Ids that are asked for, of each run. */
const IDS = 60;

/**
 * @typedef {object} KnownRun what requests are made of
 * @property {string} id
 * @property {readonly string[]} eventIds some of them, evenly through the log
 */

/**
 * Makes all of it in a directory that is there.
 *
 * @returns {Promise<{ runs: KnownRun[], batches: string[] }>}
 */
export async function makeOutput(directory, seed) {
  const simulate = (example, ...rest) =>
    execute(process.execPath, [
      cli,
      "run",
      join(root, "examples", example, "simulation.yaml"),
      "--quiet",
      "--output",
      directory,
      ...rest,
    ]);
  await Promise.all([
    simulate("commons", "--id", "commons", "--turns", "8"),
    simulate("commons", "--id", "shares", "--turns", "4", "--set", "agents.boat.params.share=0.02,0.08"),
    recordHaggling(directory, "haggling"),
    namesThatTrap(directory),
  ]);
  for (const [place, run] of fc.sample(anyLog({ isOrdered: false }), { seed, numRuns: 3 }).entries()) {
    foreignLog(directory, `foreign-${place}`, run.segments);
  }
  for (const fixture of readdirSync(FIXTURES).filter((name) => name.startsWith("py-")))
    cpSync(join(FIXTURES, fixture), join(directory, fixture), { recursive: true });
  await oddFolders(directory);
  const runs = readdirSync(directory)
    .filter((name) => statSync(join(directory, name)).isDirectory())
    .map((id) => ({ id, eventIds: idsOf(join(directory, id)) }));
  return { runs, batches: ["shares"] };
}

async function namesThatTrap(directory) {
  const stream = await openEventStream({
    outputDir: directory,
    simulationId: "names",
    verbosity: "DETAIL",
    signals: false,
    onWarning: () => undefined,
  });
  for (const name of NAMES_THAT_TRAP)
    stream.state("gold", { agent_id: name, old_value: null, new_value: 10, change: "added" });
  for (let turn = 1; turn <= 3; turn++) {
    stream.turn(turn, (scope) => {
      for (const name of NAMES_THAT_TRAP) {
        const greeted = scope.action(
          name,
          name,
          { [name]: name, to: "bob" },
          { participating_agent_ids: [name, "bob"] },
        );
        scope.state("gold", {
          agent_id: name,
          old_value: 9 + turn,
          new_value: 10 + turn,
          caused_by: greeted,
        });
        scope.state(name, { old_value: { [name]: turn - 1 }, new_value: { [name]: turn } });
      }
    });
  }
  await stream.close();
}

/** Lines of other hands, in segments of which the last is the active one and the first may be compressed. */
function foreignLog(directory, id, segments) {
  const run = join(directory, id);
  mkdirSync(run);
  for (const [place, lines] of segments.entries()) {
    const text = lines.map((line) => `${line}\n`).join("");
    const name = `events_2025-11-23_07-15-${String(place).padStart(2, "0")}.jsonl`;
    if (place === segments.length - 1) writeFileSync(join(run, "events.jsonl"), text);
    else if (place === 0) writeFileSync(join(run, `${name}.gz`), gzipSync(text));
    else writeFileSync(join(run, name), text);
  }
}

async function oddFolders(directory) {
  const log = readFileSync(join(directory, "commons", "events.jsonl"));
  const lines = log.toString().split("\n");
  const write = (id, files) => {
    mkdirSync(join(directory, id));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, id, name), bytes);
  };
  const flipped = gzipSync(log);
  flipped[Math.floor(flipped.length / 2)] ^= 0x10;
  write("empty-log", { "events.jsonl": "" });
  write("no-log", { "run.json": '{"simulation_id":"no-log","status":"running"}' });
  write("no-json", { "run.json": "{", "events.jsonl": log });
  write("torn", { "events.jsonl": log.subarray(0, log.length - 37) });
  write("flipped", { "events_2025-11-23_07-15-00.jsonl.gz": flipped, "events.jsonl": lines.at(-2) });
  write("no-text", { "events.jsonl": Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256)) });
  write("twice", { "events.jsonl": Buffer.concat([log, log]) });
  write("zeros", { "events.jsonl": Buffer.concat([log.subarray(0, 2000), Buffer.alloc(4096), log]) });
  write("one-line", { "events.jsonl": `${lines[3]}\n` });
  write("not an id", { "events.jsonl": log });
  write("deep", {
    "events.jsonl": `${lines[0]}\n{"event_id":"x","a":${"[".repeat(5000)}${"]".repeat(5000)}}\n`,
  });
  mkdirSync(join(directory, "nothing"));
  mkdirSync(join(directory, "folder-for-log", "events.jsonl"), { recursive: true });
  writeFileSync(join(directory, "a-file"), "no run");
  symlinkSync("/etc", join(directory, "link-out"));
  symlinkSync("commons", join(directory, "link-in"));
  write("link-inside", {});
  symlinkSync("/etc/passwd", join(directory, "link-inside", "events.jsonl"));
  write("pipes", { "events.jsonl": log });
  for (const name of ["run.json", "summary.json", "notes.jsonl", "config.json", "events.index"])
    await execute("mkfifo", [join(directory, "pipes", name)]);
}

function idsOf(run) {
  const names = readdirSync(run).filter((name) => /^events.*\.jsonl$/.test(name));
  const ids = names.flatMap((name) => {
    if (!statSync(join(run, name)).isFile()) return [];
    return [...readFileSync(join(run, name), "utf8").matchAll(/"event_id"\s*:\s*"(\w{26})"/g)].map(
      ([, id]) => id,
    );
  });
  const step = Math.max(1, Math.floor(ids.length / IDS));
  return ids.filter((_, place) => place % step === 0);
}
