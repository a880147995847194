export { installCompression } from "./install.ts";
