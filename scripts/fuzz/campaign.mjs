// Sends the requests of a seed to servers over runs of all kinds, several at once, and holds every answer to the document.
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathOf, problemOf, problemOfHead } from "./answer-check.mjs";
import { operationAt } from "./document.mjs";
import { exchange } from "./exchange.mjs";
import { changedIn, filesIn } from "./files-in.mjs";
import { makeOutput } from "./output.mjs";
import { requestNumber } from "./requests.mjs";
import { startServe } from "./served.mjs";

const TOKEN = "s3cret";
const LIVE = "live";
/** Events a second: it rotates every few seconds, and is not much larger in the end than what else there is. */
const LIVE_RATE = 120;
/** Requests that are on their way at a time. */
const AT_ONCE = 12;
/** An answer that takes longer, in milliseconds, is none: pages of everything are among them, on machines that others use. */
const PATIENCE = 30_000;
/** A stream of a run that goes on is read for so long, in milliseconds. */
const STREAM_FOR = 150;
const HEALTH_EVERY = 100;
/** What the server may take for it in all, in bytes: its answers' budget, its code, its index, its threads. */
export const MEMORY_LIMIT = 900 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

/**
 * @param {{ seed: number, from?: number, count: number, say?: (line: string) => void, show?: boolean }} options `from`: the first request's
 *   number; `show`: prints what was answered
 * @returns {Promise<{ failures: string[], figures: { requests: number, answers: number, statuses: Record<string, number>, memory: { reading?: number, writing?: number }, health: { asked: number, slowest: number }, segments: number, slowest: { took: number, curl: string } } }>}
 */
export async function campaign({ seed, from = 0, count, say = () => undefined, show = false }) {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-fuzz-"));
  /** @type {(() => unknown)[]} */
  const closing = [() => rmSync(home, { recursive: true, force: true })];
  try {
    const directories = { reading: join(home, "reading"), writing: join(home, "writing") };
    mkdirSync(directories.reading);
    const made = await makeOutput(directories.reading, seed);
    cpSync(directories.reading, directories.writing, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith("/pipes"),
    });
    const writer = fork(new URL("./live-writer.mjs", import.meta.url), [
      directories.reading,
      LIVE,
      String(LIVE_RATE),
    ]);
    const written = once(writer, "exit");
    closing.push(async () => {
      if (writer.connected) writer.disconnect();
      await written;
    });
    await Promise.race([
      once(writer, "message"),
      written.then(() => Promise.reject(new Error("the run that is to be written is not"))),
    ]);
    const servers = {
      reading: await startServe(directories.reading),
      writing: await startServe(directories.writing, ["--allow-write", "--token", TOKEN]),
    };
    closing.push(
      () => servers.reading.close(),
      () => servers.writing.close(),
    );
    const ports = { reading: servers.reading.port, writing: servers.writing.port };
    const before = {
      reading: filesIn(directories.reading),
      writing: filesIn(directories.writing),
    };
    const known = { ...made, runs: [...made.runs, { id: LIVE, eventIds: [] }, { id: LIVE, eventIds: [] }] };
    const seen = await sendAll({ seed, from, count, known, ports, servers, say, show });
    for (const [name, server] of Object.entries(servers)) {
      if (server.ended() !== undefined)
        seen.failures.push(`the server for ${name} has ended: ${server.ended()}\n${server.said()}`);
      else if (server.memory().most > MEMORY_LIMIT)
        seen.failures.push(
          `the server for ${name} took ${Math.round(server.memory().most / MEGABYTE)} MB, more than ${MEMORY_LIMIT / MEGABYTE}`,
        );
    }
    for (const name of ["reading", "writing"]) {
      const changed = changedIn(before[name], filesIn(directories[name])).filter(
        (change) => !isMeant(name, change),
      );
      if (changed.length > 0)
        seen.failures.push(`files of ${name} changed: ${changed.slice(0, 10).join(", ")}`);
    }
    seen.figures.memory = Object.fromEntries(
      Object.entries(servers).map(([name, server]) => [
        name,
        server.ended() === undefined ? Math.round(server.memory().most / MEGABYTE) : undefined,
      ]),
    );
    seen.figures.segments = readdirSync(join(directories.reading, LIVE)).filter((name) =>
      name.startsWith("events_"),
    ).length;
    return seen;
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** What may change on the disk: what is kept of a log to find in it, the run that is written, and what commands are for. */
function isMeant(name, change) {
  if (/\/events\.index[^/]*$/.test(change)) return true;
  const path = change.replace(/^[+-] /, "");
  if (name === "reading") return path === LIVE || path.startsWith(`${LIVE}/`);
  // Forks are runs that were not there; notes stand beside the log.
  return /\/notes\.(jsonl|lock)$/.test(change) || change.startsWith("+ ");
}

async function sendAll({ seed, from, count, known, ports, servers, say, show }) {
  const failures = [];
  /** How often what is wrong was wrong before: of each the first two are told. */
  const kinds = new Map();
  const statuses = new Map();
  const refused = [];
  let next = from;
  let answered = 0;
  let slowest = { took: 0, curl: "" };
  const health = watchHealth(ports.reading);
  const one = async () => {
    while (next < from + count && kinds.size < 10) {
      const index = next++;
      const request = requestNumber(seed, index, known)(ports, TOKEN);
      if (servers[request.server].ended() !== undefined) return;
      if ((index - from) % 2000 === 1999)
        say(`${index - from + 1} requests, ${Math.round(servers.reading.memory().now / MEGABYTE)} MB`);
      const start = performance.now();
      const { problem, answers } = await sent(request, ports[request.server]);
      const took = performance.now() - start;
      if (took > slowest.took) slowest = { took, curl: request.curl };
      answered += answers.length;
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      for (const answer of answers) if (answer.status === 503) refused.push(request.target);
      if (show) for (const { head, body } of answers) say(`${head}\n\n${body.toString().slice(0, 2000)}\n`);
      if (problem === undefined) continue;
      const kind = problem.replaceAll(/[0-9A-Z]{26}|\d{4,}/g, "…").slice(0, 120);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kinds.get(kind) <= 2)
        failures.push(
          `request ${index} (${request.server}): ${problem}\n  ${request.curl.slice(0, 3000)}\n  again: npm run test:fuzz -- --seed ${seed} --only ${index}${stackIn(servers[request.server].said(), problem)}`,
        );
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, one));
  for (const [kind, times] of kinds) if (times > 2) failures.push(`${times} times in all: ${kind}`);
  const { slowest: slowestHealth, failed, asked } = health.stop();
  if (failed !== undefined) failures.push(`/health meanwhile: ${failed}`);
  return {
    failures,
    figures: {
      requests: next - from,
      answers: answered,
      statuses: Object.fromEntries([...statuses].sort(([left], [right]) => left - right)),
      health: { asked, slowest: Math.round(slowestHealth) },
      slowest,
    },
  };
}

/** What the server's log says of an error of its own, from the last of them. */
function stackIn(said, problem) {
  if (problem !== "status 500") return "";
  const line = said.split("\n").findLast((text) => text.startsWith("{") && text.includes('"stack"'));
  const { stack } = line === undefined ? {} : JSON.parse(line).err;
  return stack === undefined ? "" : `\n  ${stack.replaceAll("\n", "\n  ").slice(0, 2000)}`;
}

/** Sends a request and tells what is wrong with its answers. */
async function sent(request, port) {
  const { methods, parts, isHttp, hangsUp } = request;
  const patience = isHttp ? PATIENCE : 5000;
  const { answers, closed, error, rest } = await exchange(port, parts, {
    methods,
    patience,
    streamFor: STREAM_FOR,
    hangsUp,
  });
  const problem = () => {
    for (const [place, answer] of answers.entries()) {
      if (hangsUp && !answer.isWhole) return undefined;
      const found = problemOf(request, methods[place] ?? "GET", answer);
      if (found !== undefined) return found;
    }
    if (isHttp && !hangsUp && answers.length === 0)
      return closed ? `no answer, and the connection was closed (${error ?? "by the server"})` : error;
    // A head that is too large is refused before it is read: that it is HEAD's, nobody knows.
    const isUnread =
      methods[0] === "HEAD" && answers[0]?.status === 400 && answers[0].headers.date === undefined;
    return rest.length > 0 && isHttp && !hangsUp && !isUnread
      ? `more than an answer: ${rest.toString("latin1", 0, 200)}`
      : undefined;
  };
  const found = problem();
  if (found !== undefined || !isHttp || hangsUp || methods[0] !== "HEAD" || answers.length === 0)
    return { problem: found, answers };
  const twin = Buffer.from(parts[0].toString("latin1").replace(/^HEAD/, "GET"), "latin1");
  const { answers: gets } = await exchange(port, [twin], {
    methods: ["GET"],
    patience,
    streamFor: STREAM_FOR,
  });
  const isSettled =
    operationAt("GET", pathOf(request.target)) === undefined || !request.target.includes(LIVE);
  if (gets.length === 0 || !isSettled) return { problem: undefined, answers };
  // How many run at a time is no matter of the address.
  if (gets[0].status === 503 || answers[0].status === 503) return { problem: undefined, answers };
  return { problem: problemOfHead(answers[0], gets[0]), answers };
}

/** Asks for /health all the while. */
function watchHealth(port) {
  let slowest = 0;
  let asked = 0;
  let failed;
  const timer = setInterval(() => {
    const start = performance.now();
    const request = get({ host: "127.0.0.1", port, path: "/health", agent: false }, (response) => {
      response.resume();
      if (response.statusCode !== 200) failed ??= `status ${response.statusCode}`;
      response.on("end", () => {
        asked++;
        slowest = Math.max(slowest, performance.now() - start);
      });
    });
    request.setTimeout(PATIENCE, () => request.destroy(new Error(`nothing for ${PATIENCE} ms`)));
    request.on("error", ({ message }) => {
      failed ??= message;
    });
  }, HEALTH_EVERY);
  return {
    stop() {
      clearInterval(timer);
      return { slowest, failed, asked };
    },
  };
}
