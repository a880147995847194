// A server in a process of its own, and what the system tells of that: memory, work, and how long it waited for a processor.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds between looks at the memory. */
const LOOK_EVERY = 50;
/** Of the clock that `/proc` counts in, a second has so many ticks on any Linux that Node runs on. */
const TICKS_A_SECOND = 100;

export async function startServer(directory) {
  const child = fork(new URL("./server.mjs", import.meta.url), [directory]);
  const exited = once(child, "exit");
  const [{ port }] = await Promise.race([
    once(child, "message"),
    exited.then(() => Promise.reject(new Error("the server has not started"))),
  ]);
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, residentBytes(child.pid));
  }, LOOK_EVERY);
  return {
    port,
    pid: child.pid,
    /** Bytes, now. */
    memory: () => residentBytes(child.pid),
    /** The most since it was asked last. */
    takeMostMemory() {
      const taken = Math.max(most, residentBytes(child.pid));
      most = 0;
      return taken;
    },
    /** Milliseconds that all of its threads have worked. */
    work: () => workOf(child.pid),
    /** What its other threads, in milliseconds, have worked or would have, had others not had the processors. */
    demandOfThreads() {
      const threads = readdirSync(`/proc/${child.pid}/task`).filter((thread) => thread !== String(child.pid));
      return threads.reduce((sum, thread) => {
        const { worked, waited } = schedulingOf(child.pid, thread);
        return sum + worked + waited;
      }, 0);
    },
    /** From now on. @returns tells which part of the time in which its main thread could have worked others had the processors */
    watchStarvation() {
      const before = schedulingOf(child.pid);
      return () => {
        const now = schedulingOf(child.pid);
        const waited = now.waited - before.waited;
        return waited / Math.max(1, waited + now.worked - before.worked);
      };
    },
    /** See `takeLongestHold`. */
    async takeLongestHold() {
      child.send("longest hold");
      const [hold] = await once(child, "message");
      return hold;
    },
    openFiles: () => readdirSync(`/proc/${child.pid}/fd`).length,
    async close() {
      clearInterval(looking);
      if (child.connected) child.send("close");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await exited;
      clearTimeout(late);
    },
  };
}

export function residentBytes(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has ended
  }
}

function schedstatOf(pid, thread) {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
  } catch {
    return "0 0"; // it has ended
  }
}

function workOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may hold anything, in brackets: fields 14 and 15 of proc(5).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

/** Of a process's main thread, or another, in milliseconds. */
function schedulingOf(pid, thread = pid) {
  const [worked, waited] = schedstatOf(pid, thread).split(" ");
  return { worked: Number(worked) / 1e6, waited: Number(waited) / 1e6 };
}
