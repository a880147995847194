export { type FollowListOptions, followList, type ListToFollow } from "./follow-list.ts";
export type { LiveState } from "./follow-run.ts";
