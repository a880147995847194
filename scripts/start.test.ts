import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** How long a signal may take until everything has ended, in milliseconds, on a machine with other work. */
const PROMPTLY = 5000;
let started: ChildProcess | undefined;
let run: string | undefined;

afterEach(() => {
  if (started?.pid !== undefined) end(started.pid);
  if (run !== undefined) rmSync(join(root, "output", run), { recursive: true, force: true });
  run = undefined;
});

function end(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // As it should be: nobody is left.
  }
}

/** Starts `command` as a shell does, in a process group of its own, and waits until it serves. */
async function serving(command: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  started = child;
  await new Promise<void>((done, reject) => {
    let said = "";
    const listen = (text: string) => {
      said += text;
      run ??= /(market-\d+-\d+) completed/.exec(said)?.[1];
      if (/Serving output at http\S+/.test(said)) done();
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.once("exit", () => reject(new Error(`ended before it served: ${said}`)));
  });
  return child;
}

/** The processes below this one, by /proc. */
function descendants(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

const isRunning = (pid: number) => parentOf(pid) !== undefined;

function parentOf(pid: number | string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

describe.runIf(process.platform === "linux")("a signal ends what npm start started, all of it", () => {
  it("SIGINT, which npm hands on", { timeout: 60_000 }, async () => {
    const npm = await serving("npm", ["start"]);
    const pid = npm.pid ?? 0;
    const all = [pid, ...descendants(pid)];
    expect(all.length).toBeGreaterThan(1);
    const ended = once(npm, "exit");
    process.kill(pid, "SIGINT");
    await ended;
    await expect.poll(() => all.filter(isRunning), { timeout: PROMPTLY }).toEqual([]);
  });

  it("SIGHUP, of which npm dies without a word, while a step starts processes of its own", async () => {
    const npm = spawn(process.execPath, ["--eval", STAND_IN_FOR_NPM], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    started = npm;
    await once(npm.stdout, "data");
    const all = [npm.pid ?? 0, ...descendants(npm.pid ?? 0)];
    expect(all).toHaveLength(4);
    process.kill(npm.pid ?? 0, "SIGHUP");
    await expect.poll(() => all.filter(isRunning), { timeout: PROMPTLY }).toEqual([]);
  });
});

/** As a compiler: a process that has another do the work, and tells it of no signal. */
const COMPILER = `
  const worker = "process.on('SIGTERM', () => {}); console.log('at work'); setInterval(() => {}, 1000)";
  require("node:child_process").spawn(process.execPath, ["--eval", worker], { stdio: "inherit" });
`;
const SCRIPT = `
  import { endWithNpm, step } from ${JSON.stringify(pathToFileURL(join(root, "scripts/steps.mjs")).href)};
  endWithNpm();
  await step(["--eval", ${JSON.stringify(COMPILER)}]);
`;
const STAND_IN_FOR_NPM = `
  const env = { ...process.env, npm_lifecycle_event: "start" };
  const args = ["--input-type=module", "--eval", ${JSON.stringify(SCRIPT)}];
  require("node:child_process").spawn(process.execPath, args, { env, stdio: "inherit" });
`;
