// A model that answers at once, in a process of its own: what it takes is nobody's time but its own.
import { startModelServer } from "@llm-sim/llm/testing";

const server = await startModelServer([{ json: { amount: 3 } }]);
process.on("disconnect", () => process.exit());
process.send?.(server.base_url);
