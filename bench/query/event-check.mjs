// The fast check of an event, which every line that is read goes through, beside the schema that it agrees with.
import { eventSchema } from "@llm-sim/events/schema";
import { isEvent } from "../../packages/events/dist/line/index.js";
import { alternate, verdict } from "../measure.mjs";
import { eventOf } from "../write/events.mjs";

const EVENTS = 200_000;
const ROUNDS = 5;

const events = [0, 1, 2, 3].map((index) => eventOf(index));

/** @returns µs an event */
function costOf(accepts) {
  const start = performance.now();
  for (let index = 0; index < EVENTS; index++)
    if (!accepts(events[index & 3])) throw new Error(`event ${index & 3} was not taken for one`);
  return ((performance.now() - start) * 1000) / EVENTS;
}

const cost = await alternate(
  {
    "fast check": async () => costOf(isEvent),
    schema: async () => costOf((event) => eventSchema.safeParse(event).success),
  },
  ROUNDS,
);
console.log("\nIs it an event, µs each:");
for (const [name, value] of Object.entries(cost)) console.log(`  ${name.padEnd(34)} ${value.toFixed(2)}`);
if (!verdict("the fast check beside the schema", cost["fast check"] / cost.schema, 0.5)) process.exitCode = 1;
