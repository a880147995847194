export {
  type FollowedSegment,
  holdsTaken,
  isUnchanged,
  newSegment,
  openSegment,
  readEnding,
} from "./followed-segment.ts";
export { type FollowedLog, isMoved, LogFollower } from "./log-follower.ts";
