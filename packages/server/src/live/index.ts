export { LiveStreams } from "./live-streams.ts";
export { searchPieces } from "./send-search.ts";
