// Servers as users start them, each a process of its own, and what the system tells of one.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../install.mjs";

const cli = join(root, "packages", "cli", "bin", "llm-sim.js");

/**
 * @param {string} directory
 * @param {readonly string[]} options of `llm-sim serve`
 */
export async function startServe(directory, options = []) {
  const child = spawn(process.execPath, [cli, "serve", directory, "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said = (said + text).slice(-20_000);
  });
  let ended;
  child.on("exit", (code, signal) => {
    ended = signal ?? `exit code ${code}`;
  });
  const port = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once("exit", () => reject(new Error(`the server has not started: ${said}`)));
  });
  return {
    port,
    pid: child.pid,
    /** How it has ended, where it has. */
    ended: () => ended,
    /** What it wrote to stderr, its end. */
    said: () => said,
    /** Bytes that it has in memory, and the most that it had. */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const bytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
      return { now: bytes("VmRSS"), most: bytes("VmHWM") };
    },
    async close() {
      if (ended !== undefined) return;
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await exited;
      clearTimeout(late);
    },
  };
}
