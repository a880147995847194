/** The kinds of event, from the coarsest to the finest; SYSTEM stands beside the scale. */
export const EVENT_TYPES = ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const MILESTONE_TYPES = [
  "simulation_start",
  "turn_start",
  "phase_transition",
  "turn_end",
  "simulation_end",
] as const;
export type MilestoneType = (typeof MILESTONE_TYPES)[number];

export const SYSTEM_STATUSES = ["success", "failure", "retry", "warning"] as const;
export type SystemStatus = (typeof SYSTEM_STATUSES)[number];
