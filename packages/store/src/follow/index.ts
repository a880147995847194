export {
  type FollowedSegment,
  holdsTaken,
  isUnchanged,
  newSegment,
  openSegment,
  readEnding,
} from "./followed-segment.ts";
export { type FollowedLog, type FollowerOptions, isMoved, LogFollower } from "./log-follower.ts";
export { ThreadedIntake } from "./threaded-intake.ts";
