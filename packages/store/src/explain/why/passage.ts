import type { Part } from "@llm-sim/api";

/** Events told of in one step, and what they are to the explanation. */
export interface Passage {
  part: Part;
  /** The nearest, or what says most, first. */
  rows: number[];
  /** What they led to; -1 of the event in question. */
  from: number;
  /** What was read, not what was done. */
  isRead?: boolean | undefined;
  /** Values of variables that differ in one step of their names, as `offers.*.price` says. */
  pattern?: string | undefined;
  /** What is left of much: told by names alone. */
  isRest?: boolean | undefined;
  /** Can be left out where there is much to tell. */
  isAside?: boolean | undefined;
}
