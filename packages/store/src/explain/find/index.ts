export { findIn } from "./find.ts";
