// One scenario with a writer in a process of its own: the last line that it prints is what came of it.
import { closeSync, openSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openEventStream } from "@llm-sim/events";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";

const {
  scenario,
  outputDir,
  simulationId,
  maxFileSize = "64KB",
  compress = "none",
  happen,
  name,
} = JSON.parse(process.argv[2]);
const directory = join(outputDir, simulationId);
const warnings = [];

const open = (more = {}) =>
  openEventStream({
    outputDir,
    simulationId,
    maxFileSize,
    compress,
    verbosity: "DETAIL",
    signals: false,
    onWarning: (message) => warnings.push(message),
    ...more,
  });

let number = 0;

/** Emits for so long, an event a millisecond or so. */
async function emitFor(stream, milliseconds, bytes = 200) {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    for (let burst = 0; burst < 5; burst++)
      stream.action("alice", "buy", { number: number++, filler: "x".repeat(bytes) });
    await wait(4);
  }
}

/** What the run holds, read as anybody does. */
async function whatIsThere(stream) {
  const { emitted, written, dropped, suppressed, pending } = stream.stats();
  let events = 0;
  let told = 0;
  const skipped = [];
  try {
    for await (const { event } of readEvents(directory, {
      onSkipped: ({ reason }) => skipped.push(reason),
    })) {
      events++;
      if (event.error_type === "events_dropped") told += event.details.dropped;
    }
  } catch (error) {
    skipped.push(error.message);
  }
  const verified = await verifyRun(directory).catch((error) => ({
    result: error.code ?? error.message,
    violations: [],
  }));
  const manifest = readManifest(directory);
  return {
    conserved: emitted === written + dropped + suppressed + pending,
    emitted,
    written,
    dropped,
    pending,
    events,
    told,
    skipped,
    warnings,
    status: manifest?.status,
    loss: manifest?.loss,
    counts: manifest?.counts,
    verified: verified.result,
    violations: verified.violations
      .slice(0, 3)
      .map(({ rule, file, message }) => `${rule} ${file} ${message}`),
  };
}

async function closing(stream) {
  const begun = performance.now();
  await stream.close();
  return Math.round(performance.now() - begun);
}

/** What happens to a file of a run, or to its directory. */
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

const SCENARIOS = {
  /** A file of the run, of which `name` says what it begins with, is lost while it is written. */
  async loses() {
    const stream = await open();
    while (stream.stats().segments < 3) await emitFor(stream, 50);
    await stream.flush();
    const path =
      name === ""
        ? directory
        : join(
            directory,
            readdirSync(directory)
              .toSorted()
              .find((one) => one.startsWith(name)),
          );
    HAPPEN[happen](path);
    await emitFor(stream, 1200);
    await stream.flush();
    const closed_ms = await closing(stream);
    return { closed_ms, ...(await whatIsThere(stream)) };
  },

  /** The disk is full, and has room again when a file elsewhere goes. */
  async "full for a while"() {
    const filler = join(outputDir, "filler");
    const stream = await open({ queueSize: "16MB" });
    await emitFor(stream, 100);
    fill(filler);
    await emitFor(stream, 1500, 2000);
    const { pending } = stream.stats();
    rmSync(filler);
    await stream.flush();
    await emitFor(stream, 50);
    const closed_ms = await closing(stream);
    return { waited: pending, closed_ms, ...(await whatIsThere(stream)) };
  },

  async "full for good"() {
    const stream = await open({ queueSize: "1MB" });
    await emitFor(stream, 100);
    fill(join(outputDir, "filler"));
    await emitFor(stream, 1500, 2000);
    const closed_ms = await closing(stream);
    return { closed_ms, ...(await whatIsThere(stream)) };
  },

  /** All descriptors are taken for a while, over rotations. */
  async "no descriptor for a while"() {
    const stream = await open({ queueSize: "16MB" });
    await emitFor(stream, 200);
    const taken = takeAllDescriptors();
    await emitFor(stream, 1500, 1000);
    for (const file of taken) closeSync(file);
    await stream.flush();
    await emitFor(stream, 100);
    const closed_ms = await closing(stream);
    return { taken: taken.length, closed_ms, ...(await whatIsThere(stream)) };
  },

  /** Opens a run of which a file is something else than a file. */
  async opens() {
    const stream = await open();
    await emitFor(stream, 100);
    const closed_ms = await closing(stream);
    return { closed_ms, ...(await whatIsThere(stream)) };
  },
};

function fill(path) {
  const bytes = Buffer.alloc(64 * 1024);
  const file = openSync(path, "w");
  try {
    for (;;) writeFileSync(file, bytes);
  } catch (error) {
    if (error.code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

function takeAllDescriptors() {
  const taken = [];
  for (;;) {
    try {
      taken.push(openSync("/dev/null"));
    } catch (error) {
      if (error.code !== "EMFILE") throw error;
      return taken;
    }
  }
}

let outcome;
try {
  outcome = await SCENARIOS[scenario]();
} catch (error) {
  outcome = {
    refused: error.code ?? error.name,
    message: error.message,
    stack: error.code ? undefined : error.stack,
  };
}
console.log(JSON.stringify(outcome));
process.exit(0);
