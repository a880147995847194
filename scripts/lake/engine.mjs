import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { installed } from "./chdb.mjs";
import { CLUSTER } from "./two-shards.mjs";

/**
 * Starts the front before the engine in a process of its own, on loopback.
 *
 * @param folder where its data lies; a new one, which goes with it, where none is given
 * @param port the one it had before, where it is started again
 * @param password without which nobody is let in
 * @param isCluster whether it is to stand for a cluster of two shards
 * @param diskSize of a file system of its own for the data, as mount(8) reads it: needs root
 */
export async function startEngine({
  folder,
  port = 0,
  password = "",
  isCluster = process.env.LAKE_CLUSTER !== undefined,
  diskSize = "",
} = {}) {
  const home = folder ?? mkdtempSync(join(tmpdir(), "llm-sim-lake-"));
  const data = join(home, "data");
  mkdirSync(data, { recursive: true });
  const front = [process.execPath, join(import.meta.dirname, "front.mjs"), installed(), data, String(port)];
  const mounted = `mount -t tmpfs -o size=${diskSize} tmpfs ${data} && cd ${data} && exec "$@"`;
  const [program = "", ...args] =
    diskSize === "" ? front : ["unshare", "--mount", "sh", "-c", mounted, "sh", ...front];
  const child = spawn(
    program,
    args,
    // The engine reads a config.xml of the directory it runs in.
    {
      cwd: data,
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, FRONT_PASSWORD: password, ...(isCluster && { FRONT_CLUSTER: CLUSTER }) },
    },
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
    address: (database = "default") =>
      `clickhouse://default@127.0.0.1:${at}/${database}${isCluster ? `?cluster=${CLUSTER}` : ""}`,
    /** Gives the file system another size. */
    resizeDisk(size) {
      execFileSync("nsenter", ["-t", String(child.pid), "-m", "mount", "-o", `remount,size=${size}`, data]);
    },
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
