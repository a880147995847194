export { compareViews } from "./compare.ts";
