export { identifier, literal, loadDuckDb } from "./load.ts";
