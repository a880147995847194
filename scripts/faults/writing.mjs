// Writers on real file systems that refuse, fill and lose what they are given.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../install.mjs";
import { FILE_FORMS, FILE_NAMES, writeOddFile } from "./odd-files.mjs";

const CHILD = join(root, "scripts", "faults", "writer.child.mjs");
const LONGEST_MS = 90_000;

/** Within which a lost file is noticed, `close` gives up, and what it does once more. */
const CLOSE_MS = 13_000;

/**
 * @param shell what is done before, in the same process
 * @returns what the scenario came to
 */
async function play(plan, shell = "") {
  const command = ["sh", "-c", `${shell} exec "$@"`, "sh", process.execPath, CHILD, JSON.stringify(plan)];
  const [program, ...args] = shell.startsWith("mount") ? ["unshare", "--mount", ...command] : command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  child.stdout.on("data", (bytes) => (said += bytes));
  child.stderr.on("data", (bytes) => (complained += bytes));
  const late = wait(LONGEST_MS, "late", { ref: false });
  const ended = new Promise((resolve) => child.once("close", resolve));
  if ((await Promise.race([ended, late])) === "late") {
    child.kill("SIGKILL");
    return { hung: true };
  }
  try {
    return JSON.parse(said.trim().split("\n").at(-1));
  } catch {
    return { died: `${child.exitCode ?? child.signalCode}: ${complained.slice(-500)}` };
  }
}

/** What holds after every scenario. */
function* generalProblems(outcome, mayBeViolated = false) {
  if (outcome.hung) yield "it hangs";
  if (outcome.died !== undefined) yield `it died: ${outcome.died}`;
  if (outcome.stack !== undefined) yield `an error without a code: ${outcome.stack.slice(0, 400)}`;
  if (outcome.emitted === undefined) return;
  if (!outcome.conserved) yield "emitted is not written, dropped, suppressed and pending";
  if (outcome.pending > 0) yield `${outcome.pending} are pending after close`;
  if (outcome.closed_ms > CLOSE_MS) yield `close took ${outcome.closed_ms} ms`;
  if (outcome.verified === "violation" && !mayBeViolated) yield `verify: ${outcome.violations.join("; ")}`;
}

/** @returns whether this process may mount file systems of its own */
export async function mayMount() {
  const child = spawn("unshare", ["--mount", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"], {
    stdio: "ignore",
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
}

const LOST = [
  { name: "events.jsonl", ways: ["deleted", "renamed", "replaced", "emptied", "cut in the middle"] },
  { name: "events_", ways: ["deleted", "renamed", "emptied"] },
  { name: "", ways: ["deleted", "renamed"] },
  { name: "run.json", ways: ["deleted", "replaced", "emptied"] },
  { name: "segments.jsonl", ways: ["deleted", "replaced", "emptied"] },
];

/** All scenarios: a name, what is played, and what it came to is held to. */
function* scenarios(outputDir, isRoot) {
  let runs = 0;
  const plan = (scenario, more = {}) => ({ scenario, outputDir, simulationId: `run-${++runs}`, ...more });
  for (const { name, ways } of LOST)
    for (const happen of ways)
      yield {
        name: `${name === "" ? "the directory" : name} is ${happen} while it is written`,
        plan: plan("loses", { name, happen }),
        mayBeViolated: name === "events_",
        *problems({ status, dropped, told, loss, events, written, emitted, verified }) {
          if (status !== "completed") yield `the run is ${status}`;
          // Nobody looks at a closed segment again while the run is written: verify tells what is missing of it.
          if (name === "events_") {
            if (events === emitted || verified !== "violation") yield `verify says ${verified}`;
            return;
          }
          if (events !== written) yield `${written} are counted as written, and ${events} are there`;
          if (dropped !== (loss?.dropped ?? 0))
            yield `${dropped} are dropped, and run.json says ${loss?.dropped}`;
          if (/^events\.jsonl$|^$/.test(name) && dropped === 0) yield "nothing is lost with it";
          if (told !== dropped) yield `${dropped} are dropped, and the log tells of ${told}`;
        },
      };
  yield {
    name: "there is no descriptor for a while",
    plan: plan("no descriptor for a while"),
    shell: "ulimit -n 200;",
    *problems({ dropped, events, emitted, verified }) {
      if (dropped > 0 || events !== emitted)
        yield `${dropped} are dropped, ${events} of ${emitted} are there`;
      if (verified !== "ok") yield `verify says ${verified}`;
    },
  };
  if (!isRoot) return;
  for (const compress of ["none", "gzip"]) {
    const onTmpfs = () => {
      const home = join(outputDir, `disk-${++runs}`);
      mkdirSync(home);
      return { home, shell: `mount -t tmpfs -o size=16m tmpfs ${home};` };
    };
    const whileFull = onTmpfs();
    yield {
      name: `a disk is full for a while, compress: ${compress}`,
      plan: { ...plan("full for a while", { compress }), outputDir: whileFull.home },
      shell: whileFull.shell,
      *problems({ waited, dropped, events, emitted, verified }) {
        if (waited === 0) yield "the disk was never full";
        if (dropped > 0 || events !== emitted)
          yield `${dropped} are dropped, ${events} of ${emitted} are there`;
        if (verified !== "ok") yield `verify says ${verified}`;
      },
    };
    const forGood = onTmpfs();
    yield {
      name: `a disk is full for good, compress: ${compress}`,
      plan: { ...plan("full for good", { compress }), outputDir: forGood.home },
      shell: forGood.shell,
      *problems({ dropped, events, written, verified, loss, warnings }) {
        if (dropped === 0) yield "nothing is dropped";
        if (events !== written) yield `${written} are counted as written, and ${events} are there`;
        if (verified !== "loss") yield `verify says ${verified}`;
        if (loss?.dropped !== dropped) yield `${dropped} are dropped, and run.json says ${loss?.dropped}`;
        if (warnings.length === 0) yield "nobody was told";
      },
    };
  }
}

/** @returns how many scenarios were played, and what is wrong */
export async function playWriters({ only = (_name) => true, isRoot, isShort = false, say = () => {} }) {
  const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-faults-"));
  const problems = [];
  let played = 0;
  try {
    const list = [...scenarios(outputDir, isRoot), ...(isShort ? [] : oddFileScenarios(outputDir))].filter(
      ({ name }) => only(name),
    );
    for (const scenario of list) {
      const { name, plan, shell, mayBeViolated } = scenario;
      scenario.before?.();
      const outcome = await play(plan, shell);
      const found = [...generalProblems(outcome, mayBeViolated)];
      if (outcome.refused !== undefined && !scenario.before) found.push(`refused: ${outcome.message}`);
      else if (found.length === 0) found.push(...scenario.problems(outcome));
      played++;
      for (const problem of found) problems.push(`${name}: ${problem}`);
      say(
        `${name}: ${found.length === 0 ? (outcome.refused ? `refused, ${outcome.refused}` : "as promised") : found.join("; ")}`,
      );
    }
    return { played, problems };
  } finally {
    rmSync(outputDir, { recursive: true, force: true });
  }
}

/** A writer finds a link, a pipe or a directory in place of each of its files. */
function* oddFileScenarios(outputDir) {
  for (const name of FILE_NAMES)
    for (const form of Object.keys(FILE_FORMS)) {
      const home = join(outputDir, `${form}-${name}`.replaceAll(/[^A-Za-z0-9]+/g, "-"));
      let outside;
      yield {
        name: `${name} is ${form}`,
        plan: { scenario: "opens", outputDir: home, simulationId: "run" },
        before() {
          mkdirSync(join(home, "run"), { recursive: true });
          outside = writeOddFile(join(home, "run"), name, form);
        },
        mayBeViolated: true,
        *problems({ refused, events, emitted, dropped, warnings, violations }) {
          if (outside.wasTouched()) yield "what lies outside of the run was written";
          if (refused !== undefined) return;
          // What is not in the log is counted, and told of when it happens.
          if (events + dropped !== emitted || (dropped > 0 && warnings.length === 0))
            yield `${events} of ${emitted} events are there, ${dropped} are dropped: ${warnings}`;
          if (dropped === 0 && violations.length > 0) yield `verify: ${violations.join("; ")}`;
        },
      };
    }
}
