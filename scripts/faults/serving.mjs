// A server as a user starts it, in a process of its own, which must live however odd what it serves is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../install.mjs";

export const CLI = join(root, "packages", "cli", "bin", "llm-sim.js");
const START_MS = 60_000;
const QUESTION_MS = 30_000;
/** How long a stream may be still before it is taken for one that waits for more. */
const STREAM_MS = 400;

/** @param shell how it is started, as in `ulimit -n 256; exec` */
export async function startServing(outputDir, { shell, args = [] } = {}) {
  const call = [CLI, "serve", outputDir, "--port", "0", ...args];
  const options = { stdio: ["ignore", "pipe", "pipe"] };
  const child = shell
    ? spawn("sh", ["-c", `${shell} "$@"`, "sh", process.execPath, ...call], options)
    : spawn(process.execPath, call, options);
  let said = "";
  const started = new Promise((resolve) => {
    child.stdout.on("data", (bytes) => {
      const port = /:(\d+)/.exec(String(bytes))?.[1];
      if (port) resolve(port);
    });
  });
  child.stderr.on("data", (bytes) => (said = (said + bytes).slice(-5000)));
  const ended = once(child, "exit").then(([code, by]) => `the server ended with ${code ?? by}: ${said}`);
  const port = await Promise.race([started, ended, wait(START_MS, "it did not start", { ref: false })]);
  if (!/^\d+$/.test(port)) {
    child.kill("SIGKILL");
    throw new Error(port);
  }
  return {
    pid: child.pid,
    address: `http://127.0.0.1:${port}`,
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    /** @returns {Promise<{ status: number, type: string, text: string, skipped: number | undefined }>} */
    async ask(address) {
      const question = fetch(`http://127.0.0.1:${port}${address}`, {
        signal: AbortSignal.timeout(QUESTION_MS),
      });
      const answer = await Promise.race([question, ended.then((how) => Promise.reject(new Error(how)))]);
      const type = (answer.headers.get("content-type") ?? "").split(";")[0];
      const text = type === "text/event-stream" ? await readStream(answer.body) : await answer.text();
      const skipped = answer.headers.get("x-skipped-lines");
      return { status: answer.status, type, text, skipped: skipped === null ? undefined : Number(skipped) };
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(await ended);
      child.kill("SIGTERM");
      const how = await Promise.race([once(child, "exit"), wait(10_000, undefined, { ref: false })]);
      child.kill("SIGKILL");
      if (how === undefined) throw new Error("the server did not end for SIGTERM within 10 s");
    },
  };
}

async function readStream(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const part = await Promise.race([reader.read(), wait(STREAM_MS, "still", { ref: false })]);
      if (part === "still" || part.done) return text;
      text += decoder.decode(part.value, { stream: true });
      if (text.length > 50_000_000) return text;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
