export { Pace } from "./pace.ts";
