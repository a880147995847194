export { eachPaced } from "./each-paced.ts";
export { OnceForAll } from "./once-for-all.ts";
export { Pace } from "./pace.ts";
export { turns } from "./turns.ts";
