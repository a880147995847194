import type { EventHandle } from "@llm-sim/events";
import type { MemoryKind } from "@llm-sim/events/run";
import type { JsonObject } from "@llm-sim/events/schema";
import type { Agent, Beginning, Memory } from "../agent/index.ts";
import type { Random } from "../random/index.ts";

/** An agent in a run. */
export interface RunningAgent {
  readonly id: string;
  /** As the config or the definition names it: `./agents.ts#Greedy`. */
  readonly type: string;
  readonly agent: Agent;
  readonly random: Random;
  readonly memory: Memory;
  readonly memoryKind: MemoryKind;
  /** What its code read of the state that it began with. */
  readonly beginning: Beginning | undefined;
  /** Of one that came while the run went on. */
  readonly came?: Coming;
  /** When it decided last, and that: not where it was before the checkpoint that the run goes on from. */
  decided?: { handle?: EventHandle; turn: number } | undefined;
  /** It takes its time over decisions: it is async, or answered with a promise before. */
  waits?: boolean;
  /** That it failed, where it did not decide since. */
  failed?: EventHandle | undefined;
  /** It went, for good or until it is given a part of the state again. */
  hasGone?: boolean;
  /** The last turn that it sits out; no turn where it does so until it is resumed. */
  paused?: { until: number | undefined } | undefined;
  /** Its coming, pause or return to deciding, whichever was last; not there where it was there from the start and ever since. */
  standing?: EventHandle | undefined;
}

/** How an agent came while the run went on: what is needed to make it again. */
export interface Coming {
  /** It decides from the next on. */
  turn: number;
  params: JsonObject;
  initial_state: JsonObject;
}
