// The steps of `npm start`: processes that end with this one. Each has a group of its own, which a signal ends as a whole, as a
// compiler starts processes that nobody else would tell.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./install.mjs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** A step that does not end for a signal gets no more time, in milliseconds. */
const PATIENCE_MS = 3000;
const PARENT_POLL_MS = 200;
const hasGroups = process.platform !== "win32";

/**
 * Runs node with these arguments. Where that fails, or a signal comes, this process ends, too.
 *
 * @returns what it wrote to stdout, where that is a pipe
 */
export async function step(args, stdout = "inherit") {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["inherit", stdout, "inherit"],
    detached: hasGroups,
  });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  let received;
  const tell = (signal) => {
    // A terminal tells this process, and so does npm, which it told as well.
    if (received !== undefined) return;
    received = signal;
    kill(child, signal);
    setTimeout(() => kill(child, "SIGKILL"), PATIENCE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, tell);
  const status = await new Promise((resolve) => child.once("close", resolve));
  for (const signal of SIGNALS) process.off(signal, tell);
  if (received !== undefined) {
    // The compiler goes on when the node that started it has gone.
    kill(child, "SIGKILL");
    process.exit(128 + constants.signals[received]);
  }
  if (status !== 0) process.exit(status ?? 1);
  return text;
}

function kill(child, signal) {
  try {
    process.kill(hasGroups ? -child.pid : child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Ends this process with the npm that started it: npm hands SIGINT and SIGTERM on, but dies of any other signal without a word.
 * What npm starts has to be this process, not a shell that waits for it: hence `exec` in package.json.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, PARENT_POLL_MS).unref();
}
