export { eachPaced } from "./each-paced.ts";
export { OnceForAll } from "./once-for-all.ts";
export { Pace } from "./pace.ts";
export { atOnce, eachOf, paced, type Steps } from "./steps.ts";
export { turns } from "./turns.ts";
