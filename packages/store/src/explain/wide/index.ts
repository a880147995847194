export { widestOf } from "./widest.ts";
