export { type FollowedSegment, isUnchanged, newSegment, openSegment } from "./followed-segment.ts";
export { type FollowedLog, isMoved, LogFollower } from "./log-follower.ts";
