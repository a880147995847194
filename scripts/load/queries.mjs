// 200 clients that ask of a run of a million events what people ask, each a moment after its last answer.
import { Draw } from "../draws.mjs";
import { Asker } from "./asker.mjs";
import { startProbe } from "./probe.mjs";

const CLIENTS = 200;
/** A client thinks between two questions, in milliseconds: drawn up to this. */
const THINKS = 2000;
const HEALTH_EVERY = 50;

const agentOf = (draw) => `agent_${String(draw.whole(0, 49)).padStart(3, "0")}`;
const TYPES = ["DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM", "MILESTONE"];

/** Questions by name, with how often they are asked. */
const QUESTIONS = [
  [
    50,
    [
      "a page of 100, filtered",
      (draw, { turns }) => {
        const turn = draw.whole(0, turns - 50);
        return `/events?limit=100&${draw.one([
          `agent_ids=${agentOf(draw)}`,
          `event_types=${draw.one(TYPES)}&turn_start=${turn}`,
          `agent_ids=${agentOf(draw)}&event_types=STATE`,
          `turn_start=${turn}&turn_end=${turn + 40}`,
          `involving=${agentOf(draw)}&offset=${draw.whole(0, 2000)}`,
        ])}`;
      },
    ],
  ],
  [20, ["an event by its id", (draw, { ids }) => `/events/${draw.one(ids)}`]],
  [10, ["the timeline", (draw) => `/timeline?buckets=${draw.whole(20, 200)}&agent_ids=${agentOf(draw)}`]],
  [10, ["the state", (draw, { turns }) => `/state?turn=${draw.whole(1, turns)}`]],
  [
    10,
    [
      "why",
      (draw, { turns }) => `/why?variable=wealth&agent_id=${agentOf(draw)}&turn=${draw.whole(1, turns)}`,
    ],
  ],
];

/**
 * @param {{ server: object, run: { id: string, turns: number }, ids: string[], figures: import("./figures.mjs").Figures, seconds: number,
 *   seed: number }} about
 */
export async function queries({ server, run, ids, figures, seconds, seed }) {
  await figures.begin(`${CLIENTS} clients that ask for ${seconds} s`);
  await server.takeLongestHold();
  server.takeMostMemory();
  const worked = server.work();
  const starved = server.watchStarvation();
  const times = new Map(QUESTIONS.map(([, [name]]) => [name, []]));
  const refused = [];
  const wrong = new Map();
  const until = performance.now() + seconds * 1000;
  const health = startProbe(server.port, () => "/health", HEALTH_EVERY);
  const client = async (place) => {
    const draw = new Draw(seed, place);
    const asker = new Asker(server.port);
    await pause(draw.number() * THINKS);
    while (performance.now() < until) {
      const [name, path] = draw.weighted(QUESTIONS);
      const { status, ms, retryAfter } = await asker.ask(
        `/simulations/${run.id}${path(draw, { ids, turns: run.turns })}`,
      );
      if (status === 200) times.get(name).push(ms);
      else if (status === 503 && retryAfter !== undefined) refused.push(ms);
      else wrong.set(status, (wrong.get(status) ?? 0) + 1);
      await pause(draw.number() * THINKS);
    }
    asker.leave();
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, place) => client(place)));
  const { times: healthTimes } = await health.stop();
  await figures.stall(starved());
  for (const [name, taken] of times)
    figures.many(name, taken, name.startsWith("a page") ? { p95: 150 } : {}, starved());
  figures.many("/health", healthTimes, { p99: 100 }, starved());
  figures.holds("every answer is one", wrong.size === 0, JSON.stringify(Object.fromEntries(wrong)));
  figures.one("refused, with Retry-After", refused.length, { unit: "requests" });
  await told(figures, server, worked);
}

/** What a part did to the server. */
export async function told(figures, server, worked) {
  const { longest, tooLong, over } = await server.takeLongestHold();
  figures.one("the longest hold of the loop, in work", longest, { bound: 50 });
  if (tooLong > 0)
    figures.one("holds longer than 50 ms", tooLong, { unit: `in ${(over / 1000).toFixed(0)} s` });
  figures.one("the server's work", (server.work() - worked) / 1000, { unit: "s of a core" });
  figures.memory("the most memory", server.takeMostMemory());
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
