// Asks all there is of runs, by HTTP and by command, and says what is wrong with the answers.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../install.mjs";
import { addressesOf, callsFor, problemOf } from "./questions.mjs";

const COMMAND_MS = 60_000;
const MOVES_A_CURSOR = /(?![\n\t])\p{Cc}/u;

/** What every file of a run is, the index left out, which reading may make. */
export function fingerprintOf(directory) {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith("events.index"),
  );
  return files
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const stats = lstatSync(join(directory, name));
      const content = stats.isFile()
        ? createHash("sha1")
            .update(readFileSync(join(directory, name)))
            .digest("hex")
        : stats.mode;
      return `${JSON.stringify(name)} ${stats.size} ${content}`;
    })
    .join("\n");
}

/** Asks every route of one run. @param heard takes what was answered. @returns what is wrong */
export async function askRoutes(server, id, other, holds = {}, heard = []) {
  const problems = [];
  let asked = 0;
  const ids = await idsOf(server, id);
  const questions = [
    { operation: undefined, address: `/simulations/${encodeURIComponent(id)}/events?limit=10000` },
    ...addressesOf(id, ids, other),
  ];
  await eachOf(questions, async ({ operation, address }) => {
    if (server.hasEnded) return;
    asked++;
    try {
      const answer = await server.ask(address);
      heard.push(answer.text);
      const problem = operation ? problemOf(operation, answer) : problemOfCounts(answer, holds);
      if (problem !== undefined) problems.push(`GET ${address}: ${problem}`);
    } catch (error) {
      problems.push(
        `GET ${address}: ${error.name === "TimeoutError" ? "no answer within 30 s" : error.message}`,
      );
    }
  });
  return { problems, asked };
}

/** So many at once as a page of the UI asks. */
async function eachOf(list, work) {
  const left = list.values();
  const worker = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

async function idsOf(server, id) {
  try {
    const { events = [] } = JSON.parse(
      (await server.ask(`/simulations/${encodeURIComponent(id)}/events?limit=60`)).text,
    );
    const call = events.find(({ details }) => details?.system_event_type === "MODEL_CALL");
    return [...new Set([events[0], events.at(-1), call].flatMap((event) => event?.event_id ?? []))];
  } catch {
    return [];
  }
}

function problemOfCounts({ status, text, skipped }, { events, skipped: expected }) {
  if (events === undefined && expected === undefined) return undefined;
  if (status !== 200) return `status ${status}, where ${events} events are to be had: ${text.slice(0, 200)}`;
  const { total } = JSON.parse(text);
  if (events !== undefined && total !== events) return `${total} events are served, and ${events} are there`;
  if (expected !== undefined && skipped !== expected)
    return `${skipped} lines are counted as skipped, and ${expected} are`;
  return undefined;
}

/** The command line in a process that is begun anew where it hangs or dies. */
export class Commands {
  #child;
  #cwd;

  constructor(cwd) {
    this.#cwd = cwd;
  }

  async call(args) {
    this.#child ??= await this.#start();
    const child = this.#child;
    const answered = once(child, "message").then(([answer]) => answer);
    const ended = once(child, "exit").then(([code, by]) => ({
      problem: `the process ended with ${code ?? by}`,
    }));
    child.send(args);
    const late = wait(COMMAND_MS, { problem: `no answer within ${COMMAND_MS / 1000} s` }, { ref: false });
    const answer = await Promise.race([answered, ended, late]);
    if (answer.problem) await this.close();
    return answer;
  }

  async #start() {
    const child = fork(join(root, "scripts", "faults", "asked.child.mjs"), {
      cwd: this.#cwd,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    // Each call listens for its end.
    child.setMaxListeners(0);
    await once(child, "message");
    return child;
  }

  async close() {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

/** Asks every reading command of one run. @returns what is wrong */
export async function askCommands(commands, outputDir, id, ids, other, heard = []) {
  const problems = [];
  let asked = 0;
  for (const args of callsFor(id, ids, other)) {
    asked++;
    const { problem, code, stdout, stderr } = await commands.call([...args, "--output", outputDir]);
    heard.push(stdout ?? "", stderr ?? "");
    const found = problem ?? problemOfCommand(args, code, stdout, stderr);
    if (found !== undefined) problems.push(`llm-sim ${args.join(" ")}: ${found}`);
  }
  return { problems, asked };
}

function problemOfCommand(args, code, stdout, stderr) {
  if (![0, 1, 2, 3].includes(code)) return `exit code ${code}`;
  if (/\n\s+at .+:\d+:\d+/.test(stderr)) return `a stack trace: ${stderr.slice(0, 300)}`;
  if (code !== 0 && stderr === "" && stdout === "") return `exit code ${code} without a word`;
  // What stands in a run is data; what is told of it is no place for what moves a terminal's cursor.
  if (MOVES_A_CURSOR.test(stderr)) return `control characters: ${JSON.stringify(stderr.slice(0, 200))}`;
  if (!args.includes("--json")) return undefined;
  try {
    JSON.parse(stdout);
  } catch {
    for (const line of stdout.split("\n").slice(0, -1)) {
      try {
        JSON.parse(line);
      } catch {
        if (code === 0) return `no JSON: ${line.slice(0, 200)}`;
      }
    }
  }
  return undefined;
}
