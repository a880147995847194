// A process that is looked at while it works: what it holds, what it has in memory, how many files are open in it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { residentBytes } from "../load/served.mjs";

/** @param {string} module beside this one, which tells by its first message that it is there */
export async function startWatched(module, args) {
  const child = fork(new URL(module, import.meta.url), args, { execArgv: ["--expose-gc"] });
  const exited = once(child, "exit");
  const failed = exited.then(([code]) => Promise.reject(new Error(`${module} has ended: ${code}`)));
  failed.catch(() => undefined);
  const [opened] = await Promise.race([once(child, "message"), failed]);
  const looks = [];
  return {
    /** What it said first. */
    opened,
    looks,
    async look(seconds) {
      child.send("held");
      const [held] = await Promise.race([once(child, "message"), failed]);
      const files = readdirSync(`/proc/${child.pid}/fd`).length;
      looks.push({ seconds, held, resident: residentBytes(child.pid), files });
    },
    async end() {
      if (child.connected) child.send("end");
      const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
      await exited;
      clearTimeout(late);
    },
  };
}
