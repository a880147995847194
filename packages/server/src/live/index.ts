export { LiveStreams } from "./live-streams.ts";
