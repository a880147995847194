// Asks for something again and again at a fixed pace, whether the answer before has come or not, as somebody would who comes along.
import { Asker } from "./asker.mjs";

/**
 * @param {number} port
 * @param {(count: number) => string} path of the request of that number
 * @param {number} every milliseconds
 */
export function startProbe(port, path, every) {
  const times = [];
  const statuses = new Map();
  const free = [];
  const open = new Set();
  const underWay = new Set();
  let count = 0;
  const one = async () => {
    const asker = free.pop() ?? new Asker(port);
    open.add(asker);
    try {
      const { status, ms } = await asker.ask(path(count++));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      times.push(ms);
    } catch {
      statuses.set("none", (statuses.get("none") ?? 0) + 1);
    }
    free.push(asker);
  };
  const timer = setInterval(() => {
    const asked = one();
    underWay.add(asked);
    void asked.then(() => underWay.delete(asked));
  }, every);
  return {
    /** Waits for what is under way. @returns milliseconds of each, and how often which status came */
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const asker of open) asker.leave();
      return { times, statuses: Object.fromEntries(statuses) };
    },
  };
}
