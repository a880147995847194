export { type Actor, byActor } from "./by-actor.ts";
export { type Piece, type Stacks, stacksOf } from "./stacks.ts";
