// Clients that follow a run while it is written, some of which take nothing of what is sent.
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { startProbe } from "./probe.mjs";
import { told } from "./queries.mjs";

/** Of the clients, so many are read word by word: of the others it is only seen that they come to the end. */
const WATCHED = 4;
const HEALTH_EVERY = 50;
/** For all to have come to the end, in milliseconds after the last event was written. */
const PATIENCE = 120_000;
const END = Buffer.from("event: end");

/**
 * @param {{ server: object, figures: import("./figures.mjs").Figures }} about
 * @param {{ output: string, id: string, clients: number, stalled: number, rate: number, seconds: number, memory?: number }} how `memory`: what
 *   the server may take in all, in MB
 */
export async function streams({ server, figures }, { output, id, clients, stalled, rate, seconds, memory }) {
  await figures.begin(
    `${clients} streams, of which ${stalled} take nothing, at ${rate} events/s for ${seconds} s`,
  );
  const writer = fork(new URL("./writer.mjs", import.meta.url), [output, id, String(rate), String(seconds)]);
  await once(writer, "message");
  await server.takeLongestHold();
  server.takeMostMemory();
  const followers = [];
  const sleepers = [];
  for (let place = 0; place < clients; place++) {
    if (place < stalled) sleepers.push(follow(server.port, id).socket.pause());
    else followers.push(follow(server.port, id, followers.length < WATCHED));
    if (place % 20 === 19) await pause(10);
  }
  await pause(500);
  const worked = server.work();
  const starved = server.watchStarvation();
  await server.takeLongestHold();
  const health = startProbe(server.port, () => "/health", HEALTH_EVERY);
  writer.send("go");
  const [emitted] = await once(writer, "message");
  const written = performance.now();
  const late = setTimeout(() => {
    for (const { socket } of followers) socket.destroy();
  }, PATIENCE);
  await Promise.all(followers.map(({ ended }) => ended));
  clearTimeout(late);
  const caughtUp = performance.now() - written;
  const healthTimes = await health.stop();
  await figures.stall(starved());
  const watched = followers.slice(0, WATCHED);
  const latencies = watched.flatMap((follower) => follower.latencies);
  figures.many("emitted to received", latencies, {}, starved());
  figures.one("after the last event all have it within", caughtUp);
  const whole = followers.filter(({ hasEnd }) => hasEnd()).length;
  figures.holds(
    "every stream that is read comes to its end",
    whole === followers.length,
    `${whole} of ${followers.length}`,
  );
  figures.holds(
    "those that are watched have every event once, in order",
    watched.every(({ ids }) => ids.length >= emitted && new Set(ids).size === ids.length && isAscending(ids)),
    `${watched.map(({ ids }) => ids.length).join(", ")} of ${emitted}`,
  );
  const sent = followers.map(({ bytes }) => bytes());
  figures.holds(
    "the others have as much as they",
    Math.min(...sent) > Math.max(...sent) * 0.97,
    `${Math.min(...sent)} to ${Math.max(...sent)} bytes`,
  );
  figures.many("/health", healthTimes.times, { p99: 100 }, starved());
  figures.memory("memory with all of them", server.memory());
  const most = server.takeMostMemory();
  if (memory !== undefined) figures.memory("the most memory meanwhile", most, memory);
  await told(figures, server, worked);
  for (const socket of sleepers) socket.destroy();
}

function follow(port, id, isWatched = false) {
  let bytes = 0;
  let tail = Buffer.alloc(0);
  let rest = "";
  const ids = [];
  const latencies = [];
  const buffer = Buffer.allocUnsafe(64 * 1024);
  const take = (length, chunk) => {
    bytes += length;
    const taken = chunk.subarray(0, length);
    tail = Buffer.concat([tail, taken.subarray(Math.max(0, length - 400))]).subarray(-400);
    if (!isWatched) return true;
    const now = Number(process.hrtime.bigint() / 1000n);
    rest += taken.latin1Slice();
    // The framing of chunks falls between messages or within one; what is looked for stands on a line of its own either way, or is cut.
    const lines = rest.replaceAll(/\r\n[0-9a-f]+\r\n/g, "").split("\n");
    rest = rest.slice(rest.lastIndexOf("\n") + 1);
    for (const line of lines.slice(0, -1)) {
      if (line.startsWith("id: ")) ids.push(line.slice(4, 30));
      const sent = /"sent":(\d+)/.exec(line)?.[1];
      if (sent !== undefined) latencies.push((now - Number(sent)) / 1000);
    }
    return true;
  };
  const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback: take } });
  socket.on("error", () => undefined);
  // HTTP/1.0: the end of the connection is the end of the answer, and nothing is framed twice.
  socket.write(`GET /simulations/${id}/stream HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  const ended = new Promise((resolve) => socket.once("close", resolve));
  return { socket, ended, ids, latencies, bytes: () => bytes, hasEnd: () => tail.includes(END) };
}

function isAscending(ids) {
  return ids.every((id, place) => place === 0 || ids[place - 1] < id);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
