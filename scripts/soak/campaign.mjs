// A run is written, followed, asked, rotated and compressed; what grows that should not, and what went missing, is found.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readEvents } from "../../packages/events/dist/read/index.js";
import { Draw } from "../draws.mjs";
import { root } from "../install.mjs";
import { Asker } from "../load/asker.mjs";
import { followStream, followTail } from "./followers.mjs";
import { startWatched } from "./watched.mjs";

const ID = "soaked";
const RATE = 600;
/** Milliseconds in which followers see the end once it is written. */
const CATCH_UP = 60_000;
const MEGABYTE = 1024 * 1024;
/** Bytes that the index of a run that grows holds of an event, with room ahead; each thread that answers has its own of what grows. */
const OF_AN_EVENT = 120;
const THREADS = 5;
/** What may be more at the end than after the first third, besides the index: caches fill. In bytes. */
const GROWTH = { writer: { held: 3, resident: 24 }, server: { held: 16, resident: 96 } };
/** Each thread of the server keeps at most 64 segments open, and the process what else it needs. */
const MOST_FILES = THREADS * 64 + 60;

/**
 * @param {{ seconds: number, seed: number, say?: (line: string) => void }} options
 * @returns {Promise<{ failures: string[], told: string[] }>}
 */
export async function campaign({ seconds, seed, say = () => undefined }) {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-soak-"));
  const failures = [];
  const told = [];
  const writer = await startWatched("writer.mjs", [output, ID, String(RATE)]);
  const server = await startWatched("server.mjs", [output]);
  const tail = followTail(output, ID);
  try {
    const stream = `/simulations/${ID}/stream`;
    const followers = {
      "a stream": followStream(server.opened, stream),
      "a stream that breaks every second": followStream(server.opened, stream, 1000),
      "a stream of states": followStream(server.opened, `${stream}?event_types=STATE`),
      tail,
    };
    const asking = ask(server.opened, seed);
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    const every = Math.max(1, seconds / 60) * 1000;
    while (elapsed() < seconds) {
      await pause(every);
      await Promise.all([writer.look(elapsed()), server.look(elapsed())]);
      if (writer.looks.length % 10 === 0) say(lookLine(elapsed(), writer.looks.at(-1), server.looks.at(-1)));
    }
    const { asked, wrong } = await asking.stop();
    await writer.end();
    const allDone = Promise.all(Object.values(followers).map(({ done }) => done));
    await Promise.race([allDone, new Promise((resolve) => setTimeout(resolve, CATCH_UP).unref())]);
    await server.end();

    const ids = [];
    const states = [];
    for await (const { event } of readEvents(join(output, ID))) {
      ids.push(event.event_id);
      if (event.event_type === "STATE") states.push(event.event_id);
    }
    for (const [name, follower] of Object.entries(followers)) {
      const problem = difference(
        name === "a stream of states" ? states : ids,
        follower.ids,
        name === "tail" ? follower.ids[0] : undefined,
      );
      if (problem !== undefined) failures.push(`${name}: ${problem}`);
    }
    if (wrong.size > 0) failures.push(`questions were answered otherwise: ${JSON.stringify([...wrong])}`);
    const verified = await verify(output);
    if (verified !== undefined) failures.push(verified);
    for (const [name, { looks }] of Object.entries({ writer, server })) {
      const { problems, line } = growth(name, looks, name === "server" ? ids.length : 0);
      failures.push(...problems);
      told.push(line);
    }
    const segments = readdirSync(join(output, ID)).filter((name) => name.endsWith(".gz")).length;
    told.push(
      `${ids.length} events in ${segments} compressed segments and the last; ${asked} questions; followers saw ${Object.values(
        followers,
      )
        .map((follower) => follower.ids.length)
        .join(", ")}`,
    );
    if (segments === 0) failures.push("no segment was compressed: this is not what is to be tried");
    return { failures, told };
  } finally {
    tail.stop();
    await writer.end();
    await server.end();
    rmSync(output, { recursive: true, force: true });
  }
}

/** Asks all kinds of questions, one after the other, and leaves every tenth before its answer. */
function ask(port, seed) {
  const draw = new Draw(seed);
  const base = `/simulations/${ID}`;
  const questions = [
    () => `/events?limit=${draw.whole(1, 200)}&turn_start=${draw.whole(0, 500)}`,
    () => `/events?limit=50&q=work&in=payload&agent_ids=agent_${draw.whole(0, 19)}`,
    () => `/state?turn=${draw.whole(1, 9)}`,
    () => `/why?variable=wealth&agent_id=agent_${draw.whole(0, 19)}&turn=${draw.whole(1, 9)}`,
    () => `/timeline?buckets=${draw.whole(1, 200)}`,
    () => `/history?variable=wealth&agent_id=agent_${draw.whole(0, 19)}`,
    () => `/values?variable=*.wealth&limit=${draw.whole(1, 1000)}`,
    () => `/find?expression=*.wealth%20%3E%20${draw.whole(1, 500)}`,
    () => "",
    () => `/search?q=agent_${draw.whole(0, 19)}&hits=5`,
  ];
  const stopping = new AbortController();
  let asked = 0;
  const wrong = new Map();
  const done = (async () => {
    await pause(2000); // so that there are turns to ask about
    while (!stopping.signal.aborted) {
      const asker = new Asker(port);
      const path = draw.chance(0.1) ? "/simulations" : `${base}${draw.one(questions)()}`;
      const answer = asker.ask(path);
      asked++;
      if (draw.chance(0.1)) {
        await pause(draw.number() * 20);
        asker.leave();
        await answer.catch(() => undefined);
      } else {
        const { status } = await answer.catch(() => ({ status: "none" }));
        if (status !== 200 && status !== 503) wrong.set(`${status} ${path}`, 1);
        asker.leave();
      }
      await pause(20);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
      return { asked, wrong };
    },
  };
}

/** @param {string | undefined} from the id that `seen` begins with, where that is not the log's first */
function difference(expected, seen, from) {
  const begin = from === undefined ? 0 : expected.indexOf(from);
  if (begin === -1) return `${from} is not in the log`;
  const wanted = expected.slice(begin);
  const place = wanted.findIndex((id, at) => seen[at] !== id);
  if (place === -1 && wanted.length === seen.length) return undefined;
  return `saw ${seen.length} of ${wanted.length} events; otherwise from the ${place === -1 ? wanted.length : place}th on`;
}

/** What grew from the end of the first third, which warms up, to the end. */
function growth(name, looks, events) {
  const settled = looks.slice(Math.floor(looks.length / 3));
  const [first, last] = [settled.slice(0, 3), settled.slice(-3)];
  const of = (part, member) => Math.min(...part.map((look) => look[member]));
  const share = settled.length / looks.length;
  const index = (events * share * OF_AN_EVENT) / MEGABYTE;
  const problems = [];
  const line = [name];
  for (const member of ["held", "resident"]) {
    const [from, to] = [of(first, member) / MEGABYTE, of(last, member) / MEGABYTE];
    const most = GROWTH[name][member] + (member === "resident" ? THREADS * index : index);
    line.push(`${member} ${from.toFixed(1)} → ${to.toFixed(1)} MB (at most ${most.toFixed(0)} more)`);
    if (to - from > most)
      problems.push(`${name}: what it has (${member}) grew from ${from.toFixed(1)} to ${to.toFixed(1)} MB`);
  }
  const [before, after] = [of(first, "files"), of(last, "files")];
  line.push(`files ${before} → ${after}, at most ${Math.max(...looks.map(({ files }) => files))} at a time`);
  if (after > MOST_FILES) problems.push(`${name}: open files grew from ${before} to ${after}`);
  return { problems, line: line.join(", ") };
}

async function verify(output) {
  const cli = join(root, "packages", "cli", "bin", "llm-sim.js");
  try {
    await promisify(execFile)(process.execPath, [cli, "verify", ID, "--output", output]);
    return undefined;
  } catch ({ stdout, stderr }) {
    return `verify: ${stdout}${stderr}`;
  }
}

function lookLine(seconds, writer, server) {
  const of = ({ held, resident, files }) =>
    `${(held / MEGABYTE).toFixed(1)} MB held, ${(resident / MEGABYTE).toFixed(0)} MB resident, ${files} files`;
  return `${seconds.toFixed(0)} s: writer ${of(writer)}; server ${of(server)}`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
