export { interactionsOf, Tallies } from "./interactions.ts";
