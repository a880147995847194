// The questions that every candidate is asked: 50 different filtered pages of 100, spread over the run.
import { EVENT_TYPES } from "@llm-sim/events/schema";

/** Numbers that are the same on every run (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @returns filters of the store's own shape; every kind of criterion but `q`, alone and together */
export function questions(count, { turns, firstTurn = 0, firstTime, lastTime, ids }) {
  const random = randomNumbers(7);
  const below = (n) => Math.floor(random() * n);
  const turn = (share = 1) => firstTurn + below((turns - firstTurn) * share);
  const agent = () => `agent_${String(below(50)).padStart(3, "0")}`;
  const moment = () => new Date((firstTime + random() * (lastTime - firstTime)) / 1000).toISOString();
  const shapes = [
    () => ({ agent_ids: [agent()] }),
    () => ({ agent_ids: [agent(), agent(), agent()], event_types: ["ACTION", "STATE"] }),
    () => ({ event_types: [EVENT_TYPES[below(6)]] }),
    () => ({ event_types: ["DECISION", "SYSTEM"], turn_start: turn() }),
    () => {
      const from = turn();
      return { turn_start: from, turn_end: from + 1 + below(turns - from) };
    },
    () => ({
      agent_ids: [agent()],
      event_types: ["STATE"],
      turn_start: turn(1 / 2),
      offset: 100 * below(20),
    }),
    () => ({ start_timestamp: moment(), agent_ids: [agent(), agent()] }),
    () => ({ end_timestamp: moment(), event_types: ["DETAIL"], offset: 100 * below(100) }),
    () => ({ involving: [agent()] }),
    () => ({ involving: [agent(), agent()], event_types: ["ACTION"], turn_end: turn() }),
    () => ({ caused_by: ids[below(ids.length)] }),
    () => ({ offset: below(50_000) }),
  ];
  return Array.from({ length: count }, (_, index) => ({ ...shapes[index % shapes.length](), limit: 100 }));
}
