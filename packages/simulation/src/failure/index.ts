export { atOnce, isThenable, NeverSettled, settled } from "./settled.ts";
