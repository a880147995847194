// Models that answer at once, in a process of its own: what it takes is nobody's time but its own.
import { startModelServer } from "@llm-sim/llm/testing";

const amount = 3;
const asked = await startModelServer([{ json: { amount } }]);
const ofType = await startModelServer([
  { json: { reason: "It is a day.", actions: [{ action_type: "earn", payload: { amount } }] } },
]);
process.on("disconnect", () => process.exit());
process.send?.([asked.base_url, ofType.base_url]);
