export { batchQueries } from "./batches.ts";
export { CALLS_PAGE, callQueries } from "./calls.ts";
export { compareQueries } from "./compare.ts";
export { eventQueries } from "./event.ts";
export { runQueries } from "./run.ts";
export { runListQueries } from "./run-list.ts";
export { serverQueries } from "./server.ts";
export { type Moment, stateQueries } from "./state.ts";
export { whyQueries } from "./why.ts";
