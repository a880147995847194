export { PrintPlace } from "./print-place.tsx";
export { printRun } from "./print-run.ts";
