export { type FoundMoment, FoundMoments, findIn, toldMoments } from "./find.ts";
