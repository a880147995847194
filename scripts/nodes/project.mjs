import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../install.mjs";

/** What only this repository's tools and its user have set, and what would lead to its packages. */
const NOT_FOR_USERS =
  /^(npm_.*|NODE_(PATH|OPTIONS|ENV)|VITEST.*|TEST|DEV|INIT_CWD|LLM_SIM_.*|(NO|FORCE)_COLOR)$/i;
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;
/** A command that takes longer hangs, in milliseconds. */
const PATIENCE_MS = 180_000;

/** Where npm keeps what it fetched and from where it fetches: an empty home would make it forget. */
const npmSettings = (() => {
  const settings = execFileSync("npm", ["config", "get", "cache", "registry", "userconfig"], {
    cwd: root,
    encoding: "utf8",
  });
  return Object.fromEntries(
    [...settings.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [`npm_config_${name}`, value]),
  );
})();

/** What runs: it does not outlive this process. */
const started = new Set();
process.on("exit", () => {
  for (const child of started) kill(child, "SIGKILL");
});

/** Tells a command and all that it started. */
function kill({ pid }, signal) {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended meanwhile.
  }
}

/** An empty folder of somebody who has never heard of this repository: nothing of it is near, not even by HOME or PATH. */
export class Project {
  #home = realpathSync(mkdtempSync(join(tmpdir(), "llm-sim-user-")));
  #env;
  directory = join(this.#home, "project");

  /** @param node the Node that `node`, `npm` and `npx` run on here */
  constructor(node = process.execPath) {
    const bin = join(this.#home, "bin");
    for (const folder of [bin, this.directory]) mkdirSync(folder);
    symlinkSync(node, join(bin, "node"));
    const path = process.env.PATH.split(":").filter((folder) => !folder.includes("node_modules"));
    this.#env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_FOR_USERS.test(name))),
      ...npmSettings,
      npm_config_update_notifier: "false",
      npm_config_audit: "false",
      npm_config_fund: "false",
      HOME: this.#home,
      PATH: [bin, ...path].join(":"),
    };
    this.write("package.json", JSON.stringify({ name: "my-project", version: "1.0.0", private: true }));
  }

  /** Writes a file of the project. */
  write(path, text) {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Starts a command in the project's folder, in a group of its own: what npx starts does not end with npx. */
  start(command, args, { cwd = this.directory } = {}) {
    const child = spawn(command, args, {
      cwd,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    started.add(child);
    child.once("close", () => started.delete(child));
    return child;
  }

  /** Ends a command that was started, and all that it started, and waits for that. */
  async end(child) {
    const closed = new Promise((resolve) => child.once("close", resolve));
    if (child.exitCode !== null) return;
    kill(child, "SIGTERM");
    await closed;
  }

  /**
   * Runs a command in the project's folder, to its end.
   *
   * @returns what it wrote to stdout and stderr; throws with both where it fails
   */
  async run(command, args, options) {
    const child = this.start(command, args, options);
    const written = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        written[name] += text;
      });
    }
    const timer = setTimeout(() => kill(child, "SIGKILL"), PATIENCE_MS);
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once("error", reject).once("close", (...end) => resolve(end));
    });
    clearTimeout(timer);
    if (code === 0) return written;
    const call = [command, ...args].join(" ");
    throw new Error(`${call} ended with ${signal ?? code}\n${written.stdout}${written.stderr}`.trimEnd());
  }

  /** As `npx llm-sim` does, without npm's half a second. */
  llmSim(...args) {
    return this.run("node_modules/.bin/llm-sim", args);
  }

  /** `npm install`, which has to take all engines at their word. */
  async install(...packages) {
    const args = ["install", "--engine-strict", "--prefer-offline", "--fetch-retries=1", ...packages];
    try {
      return await this.run("npm", [...args, "--fetch-retry-mintimeout=1000"]);
    } catch (error) {
      const [reason] = UNREACHABLE.exec(error.message) ?? [];
      if (reason === undefined) throw error;
      throw new Error(
        `npm could not fetch what the packages depend on from ${npmSettings.npm_config_registry} (${reason}): it has to be reachable, or npm's cache filled.`,
        { cause: error },
      );
    }
  }

  remove() {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
