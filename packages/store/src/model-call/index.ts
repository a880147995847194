export { callOf, isModelCall } from "./call-of.ts";
export { rounded } from "./rounded.ts";
