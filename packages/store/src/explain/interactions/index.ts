export { interactionsOf } from "./interactions.ts";
