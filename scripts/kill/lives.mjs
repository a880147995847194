// The life of a run whose writers are killed: sessions, each ended somewhere, and what is left is held to what was promised.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openEventStream, repairRun } from "@llm-sim/events";
import { readManifest } from "@llm-sim/events/run";
import { among, between } from "../draws.mjs";
import { root } from "../install.mjs";
import { Log } from "./look.mjs";
import { MARKS } from "./report.mjs";
import { session } from "./session.mjs";

const CLI = join(root, "packages", "cli", "bin", "llm-sim.js");

/** Of what was emitted before a kill, nothing older may be missing. */
const PROMISED_MS = 100;

const PACES = [
  // A simulation's: some events, then it waits for somebody.
  { burst: 3, pause_ms: 1 },
  { burst: 40, pause_ms: 5 },
  { burst: 4000, pause_ms: 60 },
  // Loops that leave nobody else a turn, and one that does.
  { burst: 30_000, pause_ms: 250 },
  { burst: 100_000, pause_ms: 0, yields: false },
  { burst: 50, pause_ms: 0, yields: true },
];

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"];

/** What a session does, and when it is ended. */
function planOf(draw, isFirst) {
  const dice = draw();
  if (!isFirst && dice < 0.15)
    return { act: "repair", moment: { after: MARKS.begun, delay: draw() * 120, signal: "SIGKILL" } };
  if (dice < 0.35)
    return { act: "close", moment: { after: MARKS.closing, delay: draw() ** 2 * 120, signal: "SIGKILL" } };
  // While it opens the run.
  if (dice < 0.5)
    return { act: "write", moment: { after: MARKS.begun, delay: draw() * 150, signal: "SIGKILL" } };
  return { act: "write", moment: { after: MARKS.opened, delay: draw() ** 2 * 900, signal: "SIGKILL" } };
}

const writing = (draw, act, most) => ({
  act,
  seed: between(draw, 0, 1_000_000),
  pace: among(draw, PACES),
  bytes: among(draw, [20, 300, 300, 1500]),
  events: act === "close" ? Math.min(most, between(draw, 1, 8000)) : most,
});

/**
 * One run from its beginning to its end, with at most so many kills.
 *
 * @param size `64KB`, `1MB` or `500MB`
 * @returns what each kill cost
 */
export async function life({ home, id, size, limit, draw, kills, events }) {
  const directory = join(home, id);
  const log = new Log(directory, limit);
  const costs = [];
  const compress = among(draw, ["gzip", "gzip", "none"]);
  let isOver = false;
  const base = { outputDir: home, simulationId: id, maxFileSize: size, compress };
  while (!isOver && costs.length < kills) {
    const { act, moment } = planOf(draw, !log.isThere);
    const plan = { ...base, ...writing(draw, act, events) };
    const done = await session(plan, moment);
    const isKilled = done.by === "SIGKILL";
    if (!isKilled && done.code !== 0)
      throw new Error(`the child ended with ${done.code ?? done.by}: ${done.said}`);
    if (!log.isThere) {
      if (done.report.marks.has(MARKS.opened))
        throw new Error("the run was opened, and nothing of it is there");
      costs.push(costOf({ act, moment, done, missing: 0, size, plan }));
      continue;
    }
    const { missing, first } = await log.look(done.report.emitted);
    if (done.report.dropped > 0) throw new Error(`${done.report.dropped} events were dropped`);
    isOver = log.hasEnd;
    if (isOver && missing > 0) throw new Error(`${missing} events are missing of a run that was closed`);
    if (isKilled) costs.push(costOf({ act, moment, done, missing, first, size, plan }));
    await log.verify(`after a kill in ${act}`);
  }
  await goOn(draw, directory, base, log);
  return { costs, torn: log.torn, sessionsLost: log.sessionsLost };
}

/** What a kill cost, by the clock and by the time in which the drain could run. @throws Error beyond what was promised */
function costOf({ act, moment, done, missing, first, size, plan }) {
  const oldest = first === undefined ? 0 : Math.max(0, (done.at - first) / 1000);
  const { starved, atDisk } = first === undefined ? { starved: 0, atDisk: 0 } : done.held(first);
  const own = Math.max(0, oldest - starved / 1000);
  const cost = {
    act,
    size,
    after: moment.after,
    missing,
    oldest,
    starved: starved / 1000,
    atDisk: atDisk / 1000,
    own,
  };
  if (own > PROMISED_MS)
    throw new Error(
      `${missing} of ${done.report.emitted.length} events are missing, the oldest of them ${oldest.toFixed(1)} ms old; ${cost.starved.toFixed(1)} ms of these the drain waited for a processor, ${cost.atDisk.toFixed(1)} ms for the disk: ${JSON.stringify(plan)}`,
    );
  return cost;
}

/** The run is repaired or gone on with, whatever came before, and then everything is right. */
async function goOn(draw, directory, base, log) {
  // A run that has its end is not gone on with, and lost no session.
  const isEnded = log.hasEnd;
  const expected = log.sessionsLost + (isEnded || !log.isThere ? 0 : 1);
  if (isEnded || (log.isThere && draw() < 0.5)) await repair(draw, directory);
  else {
    const stream = await openEventStream({ ...base, verbosity: "DETAIL", signals: false });
    const emitted = [stream.startTurn(stream.turnNumber + 1).cause, stream.action("bob", "go on")];
    await stream.close();
    const { missing } = await log.look(emitted.map(({ event_id }) => ({ event_id, at: 0 })));
    if (missing > 0) throw new Error("a session behind a kill lost what it wrote");
  }
  await log.look([]);
  if (log.sessionsLost !== expected)
    throw new Error(`session_lost is in the log ${log.sessionsLost} times, and not ${expected}`);
  const result = await log.verify("at the end");
  // What a kill took is told of in the log, as a loss.
  if (result !== "ok" && log.sessionsLost === 0) throw new Error(`verify says ${result} at the end`);
  const counts = readManifest(directory)?.counts;
  if (counts?.written !== log.ids.length)
    throw new Error(`run.json counts ${counts?.written} events, and ${log.ids.length} are in the log`);
  // Who dies in taking the lock leaves a text of its own, of a hundred bytes: another may be about to take it, and it is nobody else's.
  const left = readdirSync(directory).filter(
    (name) => name === "writer.lock" || (name.endsWith(".tmp") && !name.startsWith("writer.lock.")),
  );
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
}

/** As a program does it, or a person, who sees another process do it. */
async function repair(draw, directory) {
  if (draw() < 0.7) return repairRun(directory);
  const child = spawn(process.execPath, [CLI, "repair", directory], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes) => (said += bytes));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`llm-sim repair ended with ${code}: ${said}`);
}

/** A signal that a host may be sent: what was emitted is in the log, and the run has its end. */
export async function signalled({ home, id, size, limit, draw, events, signal = among(draw, SIGNALS) }) {
  const directory = join(home, id);
  const log = new Log(directory, limit);
  const plan = {
    ...writing(draw, "write", events),
    outputDir: home,
    simulationId: id,
    maxFileSize: size,
    compress: "gzip",
  };
  // In a loop that leaves it no turn a process hears no signal.
  if (plan.pace.pause_ms === 0 && !plan.pace.yields) plan.pace = PACES[2];
  const done = await session(plan, { after: MARKS.opened, delay: draw() * 600, signal });
  const { missing } = await log.look(done.report.emitted);
  if (missing > 0)
    throw new Error(`${missing} of ${done.report.emitted.length} events are missing after ${signal}`);
  const { status, ended_by } = readManifest(directory) ?? {};
  if (status !== "interrupted" || ended_by !== "signal")
    throw new Error(
      `run.json says ${status}, ended by ${ended_by}, after ${signal}: ${done.code ?? done.by} ${done.said}`,
    );
  const result = await log.verify(`after ${signal}`);
  if (result !== "ok") throw new Error(`verify says ${result} after ${signal}`);
  return { signal, events: done.report.emitted.length };
}
