import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type CommandContext, Output } from "./context/index.ts";
import { runLlmSim } from "./program.ts";

export const PROGRAM = fileURLToPath(new URL("../bin/llm-sim.js", import.meta.url));

/** As where it is installed for everything. */
const PATH_WITH_PROGRAM = `${fileURLToPath(new URL("../../../node_modules/.bin", import.meta.url))}${delimiter}${process.env.PATH}`;

/** A directory that is gone after the test file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-cli-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartedCli {
  child: ChildProcess;
  /** Resolves when the process writes a text to either output. */
  said(text: string): Promise<void>;
  ended: Promise<Ended>;
}

/** Starts the real program in `cwd`. */
export function startCli(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): StartedCli {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    // Not what npm and the test runner add, which the program looks at.
    env: { PATH: PATH_WITH_PROGRAM, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const heard = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      heard[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, "close").then((): Ended => ({ code: child.exitCode, ...heard }));
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const listener = () => {
        if (!(heard.stdout + heard.stderr).includes(text)) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
      listener();
      void ended.then(({ stderr }) => reject(new Error(`ended without saying ${text}: ${stderr}`)));
    });
  return { child, said, ended };
}

/** Runs the real program to its end. */
export function cli(cwd: string, ...args: string[]): Promise<Ended> {
  return startCli(cwd, args).ended;
}

/** Resolves when a run's log has come to some length: it is under way. */
export async function underWay(cwd: string, run: string, bytes = 10_000): Promise<void> {
  const log = join(cwd, "output", run, "events.jsonl");
  while ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) < bytes) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The JSON documents that a command printed, one a line. */
export function jsonLines<T>(text: string): T[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): T => JSON.parse(line));
}

/** A config in which two agents deposit money for some turns; `more` is YAML at the top level. */
export function writeConfig(
  directory: string,
  name: string,
  more: { turns?: number; events?: string } = {},
): string {
  const { turns = 5, events = "verbosity: STATE" } = more;
  writeFileSync(
    join(directory, name),
    `simulation: { name: bank, turns: ${turns}, seed: 7 }
events: { ${events} }
engine: { type: market, params: { interest_rate: 0.02 } }
agents:
  - { name: alice, type: trader, initial_state: { wealth: 1000 } }
  - { name: bob, type: trader, initial_state: { wealth: 800 } }
`,
  );
  return name;
}

/** Runs the program in this process: in a pipe, or on a terminal of so many columns. */
export async function ask(cwd: string, args: readonly string[], columns?: number): Promise<Answer> {
  const { context, stdout, stderr } = fakeContext(cwd, columns);
  const code = await runLlmSim(args, context);
  return { code, stdout: stdout(), stderr: stderr() };
}

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

export interface FakeContext {
  context: CommandContext;
  stdout: () => string;
  stderr: () => string;
  /** Both, in the order in which they were written, as a terminal shows them. */
  transcript: () => string;
}

/** A context whose standard output is a terminal of so many columns, or a pipe where none are given. */
export function fakeContext(cwd: string, columns?: number): FakeContext {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const written = { stdout: "", stderr: "", transcript: "" };
  for (const name of ["stdout", "stderr"] as const) {
    streams[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      written.transcript += text;
    });
  }
  const isTerminal = columns !== undefined;
  const stdout = new Output(Object.assign(streams.stdout, columns === undefined ? {} : { columns }), {
    isTerminal,
    color: false,
  });
  return {
    context: {
      stdout,
      stderr: new Output(streams.stderr, { isTerminal: false, color: false }),
      env: { PATH: PATH_WITH_PROGRAM },
      cwd,
      now: Date.now,
      interruptible: (work) => work(AbortSignal.timeout(60_000)),
      confirm: async () => undefined,
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    transcript: () => written.transcript,
  };
}
