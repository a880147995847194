import type { Causes, EventHandle } from "@llm-sim/events";
import type { OpenIntervention } from "../intervene/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";

/** How far a run is: its turn, what failed, why it is to end. */
export class Course {
  readonly stream: RunStream;
  /** The turn, or before the first the run. */
  scope: EmitScope;
  /** What is made otherwise in the turn, where something is. */
  intervention: OpenIntervention | undefined;
  /** What failed, where something did: the decision or the turn, and what was read. */
  failing: Causes | undefined;
  /** Why the run is to end, and what brought that about. */
  stop: { reason: string; causes: readonly EventHandle[] } | undefined;
  #isOver = false;

  constructor(stream: RunStream) {
    this.stream = stream;
    this.scope = stream;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing is done or recorded any more: a hook that was not waited for may go on. */
  close(): void {
    this.#isOver = true;
  }

  checkOpen(): void {
    if (this.#isOver) throw new Error("The run is over: nothing more is recorded of it");
  }
}
