import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { installed } from "./chdb.mjs";

/**
 * Starts the front before the engine in a process of its own, on loopback.
 *
 * @param folder where its data lies; a new one, which goes with it, where none is given
 * @param port the one it had before, where it is started again
 * @param password without which nobody is let in
 */
export async function startEngine({ folder, port = 0, password = "" } = {}) {
  const home = folder ?? mkdtempSync(join(tmpdir(), "llm-sim-lake-"));
  const data = join(home, "data");
  mkdirSync(data, { recursive: true });
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "front.mjs"), installed(), data, String(port)],
    // The engine reads a config.xml of the directory it runs in.
    { cwd: data, stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, FRONT_PASSWORD: password } },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const [line] = await Promise.race([
    new Promise((resolve) =>
      createInterface({ input: child.stdout }).once("line", (text) => resolve([text])),
    ),
    ended.then((code) => {
      throw new Error(`The engine ended with ${code} before it was there.`);
    }),
  ]);
  const at = JSON.parse(line).port;
  return {
    port: at,
    pid: child.pid,
    folder: home,
    /** @returns the address of a database */
    address: (database = "default") => `clickhouse://default@127.0.0.1:${at}/${database}`,
    async stop() {
      child.stdin.end();
      await ended;
      if (folder === undefined) rmSync(home, { recursive: true, force: true });
    },
    /** Ends it as a power cut would; its folder stays. */
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
