// Those who follow the run: over a stream, over one that breaks again and again, and on the command line. Each keeps the ids that it saw.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../install.mjs";

const ID = /"event_id":"(\w{26})"/;

/**
 * Follows by Server-Sent Events.
 *
 * @param {number | undefined} breaksEvery milliseconds after which the connection is cut, and made again behind the last event that came
 */
export function followStream(port, path, breaksEvery) {
  const ids = [];
  const follower = { ids, hasEnded: false };
  const connect = () =>
    new Promise((resolve) => {
      const last = ids.at(-1);
      const headers = last === undefined ? {} : { "last-event-id": last };
      const request = get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
        const lines = createInterface({ input: response });
        // Of a message that was cut the client has seen nothing: it counts where it is complete.
        let id;
        lines.on("line", (line) => {
          if (line.startsWith("id: ")) id = line.slice(4);
          else if (line === "event: end") follower.hasEnded = true;
          else if (line === "" && id !== undefined) {
            ids.push(id);
            id = undefined;
          }
        });
        lines.on("error", () => undefined);
        response.on("error", () => undefined);
        response.on("close", resolve);
      });
      request.on("error", resolve);
      if (breaksEvery !== undefined) setTimeout(() => request.destroy(), breaksEvery).unref();
    });
  const done = (async () => {
    while (!follower.hasEnded) await connect();
  })();
  return { ids, done };
}

/** Follows on the command line, which begins with the last 10 events. */
export function followTail(directory, id) {
  const cli = join(root, "packages", "cli", "bin", "llm-sim.js");
  const child = spawn(process.execPath, [cli, "tail", id, "--follow", "--json", "--output", directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ids = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const found = ID.exec(line)?.[1];
    if (found !== undefined) ids.push(found);
  });
  return { ids, done: once(child, "close"), stop: () => child.kill() };
}
