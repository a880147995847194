// Servers whose runs' files are lost, replaced and cut while they are asked and followed, and which have few descriptors.
import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { askCommands, askRoutes, Commands, fingerprintOf } from "./asking.mjs";
import { FILE_FORMS, FILE_NAMES, SECRET, writeOddFile } from "./odd-files.mjs";
import { startServing } from "./serving.mjs";
import { linesOf, writeWholeRun } from "./whole-run.mjs";

const SEGMENTS = 1501;
const DESCRIPTORS = 256;
/** An index is kept of runs of 20,000 events or more. */
const INDEXED_TURNS = 2200;

const HAPPEN = {
  deleted: (path) => rmSync(path, { recursive: true, force: true }),
  renamed: (path) => renameSync(path, `${path}-renamed`),
  replaced(path) {
    writeFileSync(`${path}-new`, '{"another": 1}\n');
    renameSync(`${path}-new`, path);
  },
  emptied: (path) => truncateSync(path),
  "cut in the middle": (path) => truncateSync(path, 1000),
};

const LOST = [
  { name: "events.jsonl", ways: ["deleted", "renamed", "replaced", "emptied", "cut in the middle"] },
  { name: "events_", ways: ["deleted", "renamed", "replaced", "emptied", "cut in the middle"] },
  { name: "run.json", ways: ["deleted", "replaced", "emptied"] },
  { name: "segments.jsonl", ways: ["deleted", "replaced"] },
  { name: "tape.jsonl", ways: ["deleted", "replaced", "emptied"] },
  { name: "events.index", ways: ["deleted", "emptied", "cut in the middle"], indexed: true },
  { name: "events.index.", ways: ["deleted", "replaced", "emptied", "cut in the middle"], indexed: true },
  { name: "", ways: ["deleted", "renamed"] },
];

/** What is played: a name, and what says what is wrong. */
function* scenarios() {
  yield { name: `${SEGMENTS} segments are served with ${DESCRIPTORS} descriptors`, play: manySegments };
  for (const { name, ways, indexed } of LOST)
    for (const way of ways)
      yield {
        name: `${name === "" ? "the directory" : name} is ${way} while it is served`,
        play: (outputDir) => lost(outputDir, name, way, indexed),
      };
  for (const form of Object.keys(FILE_FORMS))
    yield {
      name: `each file is ${form} where a run is read`,
      play: (outputDir) => oddFiles(outputDir, form),
    };
}

/** @returns how many scenarios were played, and what is wrong */
export async function playServers({ only = (_name) => true, say = () => {} }) {
  const problems = [];
  let played = 0;
  for (const { name, play } of scenarios()) {
    if (!only(name)) continue;
    const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-served-"));
    try {
      const found = await play(outputDir);
      played++;
      for (const problem of found) problems.push(`${name}: ${problem}`);
      say(`${name}: ${found.length === 0 ? "as promised" : found.slice(0, 5).join("; ")}`);
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
      say(problems.at(-1));
    } finally {
      rmSync(outputDir, { recursive: true, force: true });
    }
  }
  return { played, problems };
}

async function manySegments(outputDir) {
  const whole = await writeWholeRun(outputDir, "whole", { turns: 320 });
  const lines = linesOf(whole);
  const directory = join(outputDir, "many");
  mkdirSync(directory);
  for (let file = 0; file < SEGMENTS; file++) {
    const microseconds = String(file).padStart(6, "0");
    const firstOf = (number) => Math.floor((number * lines.length) / SEGMENTS);
    const text = lines.slice(firstOf(file), firstOf(file + 1)).join("\n");
    writeFileSync(join(directory, `events_2026-11-26_10-00-00-${microseconds}.jsonl`), `${text}\n`);
  }
  const server = await startServing(outputDir, { shell: `ulimit -n ${DESCRIPTORS}; exec` });
  try {
    const first = await askRoutes(server, "many", "whole");
    const { status, text } = await server.ask("/simulations/many/events?limit=1");
    const { total } = JSON.parse(text);
    const missing =
      status === 200 && total === lines.length ? [] : [`${status} with ${total} of ${lines.length} events`];
    await server.close();
    return [...first.problems, ...missing];
  } finally {
    await server.close().catch(() => undefined);
  }
}

async function until(isSo, what) {
  for (let looks = 0; !isSo(); looks++) {
    if (looks === 100) throw new Error(`not within 10 s: ${what}`);
    await wait(100);
  }
}

/** Asks and follows a run, of which a file is lost meanwhile; then the whole run comes back. */
async function lost(outputDir, name, way, indexed = false) {
  const kind = indexed ? { turns: INDEXED_TURNS } : { maxFileSize: "16KB" };
  const directory = await writeWholeRun(outputDir, "run", kind);
  await writeWholeRun(outputDir, "other");
  const server = await startServing(outputDir);
  try {
    // Whatever is kept of it is kept from now on.
    const problems = [...(await askRoutes(server, "run", "other")).problems];
    const isKept = () => readdirSync(directory).some((file) => file.startsWith("events.index."));
    if (indexed) await until(isKept, "an index is kept");
    const following = spawn(
      process.execPath,
      [
        "-e",
        `fetch(process.argv[1]).then(async (answer) => { for await (const _ of answer.body); })`,
        `${server.address}/simulations/run/stream`,
      ],
      { stdio: "ignore" },
    );
    const asking = askRoutes(server, "run", "other");
    await wait(30);
    const path =
      name === ""
        ? directory
        : join(
            directory,
            readdirSync(directory)
              .toSorted()
              .find((one) => one.startsWith(name)) ?? name,
          );
    HAPPEN[way](path);
    problems.push(...(await asking).problems, ...(await askRoutes(server, "run", "other")).problems);
    following.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
    await writeWholeRun(outputDir, "run");
    const { status } = await server.ask("/simulations/run/events?limit=1");
    if (status !== 200) problems.push(`the run is back, and its events are answered with ${status}`);
    await server.close();
    return problems;
  } finally {
    await server.close().catch(() => undefined);
  }
}

/** A run for each file that is not what it should be, all of them in one directory. */
async function oddFiles(outputDir, form) {
  const inner = join(outputDir, "output");
  mkdirSync(inner);
  const whole = await writeWholeRun(inner, "whole");
  const ids = [JSON.parse(linesOf(whole)[5]).event_id];
  const problems = [];
  const runs = [];
  for (const name of FILE_NAMES) {
    const id = `odd-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
    const directory = await writeWholeRun(inner, id);
    runs.push({ id, directory, outside: writeOddFile(directory, name, form) });
  }
  const commands = new Commands(outputDir);
  const server = await startServing(inner);
  const heard = [];
  try {
    for (const { id, directory, outside } of runs) {
      const before = fingerprintOf(directory);
      problems.push(...(await askRoutes(server, id, "whole", {}, heard)).problems);
      problems.push(...(await askCommands(commands, inner, id, ids, "whole", heard)).problems);
      if (outside.wasTouched()) problems.push(`${id}: what lies outside was written`);
      if (fingerprintOf(directory) !== before) problems.push(`${id}: reading has changed its files`);
    }
    if (heard.some((text) => text.includes(SECRET)))
      problems.push("what lies outside of the run is in an answer");
    await server.close();
    return problems;
  } finally {
    await commands.close();
    await server.close().catch(() => undefined);
  }
}
