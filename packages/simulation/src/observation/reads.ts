import type { EventHandle } from "@llm-sim/events";
import { type VariableId, VariableMap } from "@llm-sim/events/naming";
import type { Answer } from "../answer/index.ts";
import { type Collecting, Frame, type HandedOut } from "./frame.ts";
import type { PartWrites } from "./last-writes.ts";
import { ObservationError } from "./look.ts";
import type { Watching } from "./tracked-world.ts";
import type { Tracker } from "./tracker.ts";

const NONE: readonly never[] = [];

/**
 * What one agent has read for one decision, as the events that wrote it. What the engine reads to put the observation
 * together counts as soon as the agent looks at what was put together: what came from where is not known.
 */
export class Reads implements Collecting {
  readonly tracker: Tracker;
  readonly #shown = new Frame();
  /** Made once the agent reads: many are shown something before the first of them does. */
  #read: Frame | undefined;
  readonly #self: string | undefined;
  /** The agent's own part, and when something was read of it. */
  readonly #own: PartWrites | undefined;
  #ownShown = false;
  #ownRead = false;
  /** What the agent was shown with noise, as it saw it. */
  #blurred: VariableMap<number> | undefined;
  /** The state as far as the agent may see it, where that is not all of it. */
  sighted: object | undefined;
  #phase: "shown" | "read" | "over" = "shown";
  #hasLearnt = false;

  /**
   * @param activity what was read to find out that the agent decides
   * @param self the agent, where that it decides says that it is there
   */
  constructor(tracker: Tracker, activity: readonly EventHandle[] = [], self?: string) {
    this.tracker = tracker;
    this.#self = self;
    this.#own = self === undefined ? undefined : tracker.writes.part(self);
    for (const write of activity) this.#reading.add(write);
  }

  get stamp(): number {
    return this.#frame.stamp;
  }

  get #frame(): Frame {
    return this.#phase === "shown" ? this.#shown : this.#reading;
  }

  get #reading(): Frame {
    this.#read ??= new Frame();
    return this.#read;
  }

  /** How a look at the state notes here what is read, for an agent of which it is no news that it is there. */
  watching(self?: string): Watching {
    return { writes: this.tracker.writes, frame: this, self };
  }

  /** The agent saw a number with noise. */
  saw({ agent_id, variable_name }: VariableId, value: number): void {
    this.#blurred ??= new VariableMap();
    this.#blurred.set(agent_id, variable_name, value);
  }

  /** What it saw with noise, for the record. */
  get observed(): readonly { agent_id?: string; variable: string; value: number }[] {
    if (!this.#blurred) return NONE;
    return [...this.#blurred].map(([{ agent_id, variable_name }, value]) => ({
      ...(agent_id !== undefined && { agent_id }),
      variable: variable_name,
      value,
    }));
  }

  /** From here on the agent reads. */
  begin(): void {
    if (this.#phase !== "shown") return;
    this.#phase = "read";
    this.tracker.open(this, this.#reading);
  }

  /** From here on nothing can be read. */
  end(): void {
    this.#phase = "over";
    this.tracker.close(this);
  }

  get isOver(): boolean {
    return this.#phase === "over";
  }

  /** @throws ObservationError where the decision is over: what is read now would have no event to be a cause of */
  check(key: string): void {
    if (this.#phase === "over") throw ObservationError.tooLate(key);
  }

  add(write: EventHandle | undefined): void {
    this.#frame.add(write);
    // Another agent reads what this one was shown.
    for (const other of this.tracker.otherReaders(this)) other.add(write);
  }

  handOut(node: HandedOut): void {
    this.#frame.handOut(node);
    for (const other of this.tracker.otherReaders(this)) node.notePresence(other);
  }

  /** Runs code of the engine's that stands behind what the agent was shown: a getter, a function. */
  within<T>(body: () => T): T {
    const others = this.tracker.otherReaders(this);
    return this.tracker.within(
      others.length === 0 ? this : new SharedReads([this.#reading, ...others], this.sighted),
      body,
    );
  }

  /** Takes what the agent answered: what is read of it the agent has read, and nobody else. */
  receiving<T>(body: () => T): T {
    return this.tracker.within(this, body);
  }

  /** Runs the agent's code. @param waits whether it may go on after an `await` */
  decide<T>(body: () => T, waits: boolean): T {
    return waits || this.tracker.limitsSight
      ? this.tracker.forDecision(this, body)
      : this.tracker.within(this, body);
  }

  /** Runs what puts together what the agent is shown, for as long as that takes. */
  showing<T>(body: () => Answer<T>): Answer<T> {
    return this.tracker.holding(this, body);
  }

  /** The agent knows at once all that was read to put together what it is shown. */
  know(): void {
    if (this.#hasLearnt) return;
    this.#hasLearnt = true;
    for (const write of this.#shown.writes()) this.#reading.add(write);
  }

  /** Somebody looked at something the engine had chosen or worked out. */
  learn(): void {
    if (this.#phase !== "read") return;
    this.know();
    for (const other of this.tracker.otherReaders(this)) {
      for (const write of this.#shown.writes()) other.add(write);
    }
  }

  /** The writes that were read so far. Who decides is there, which counts where nothing of its own part was read. */
  causes(): readonly EventHandle[] {
    const read = this.#reading.writes();
    const self = this.#self;
    if (self === undefined || this.#ownRead || (this.#hasLearnt && this.#ownShown)) return read;
    // Beside what was read, as it may still read of its own part.
    const all = [...read];
    const add = (write: EventHandle | undefined) => {
      if (write) all.push(write);
    };
    this.tracker.writes.agent(self, { add });
    return all;
  }

  /** What is asked while it is put together what the agent is shown rests on: also that the agent decides, and is there. */
  behindAsking(): readonly EventHandle[] {
    return [...this.causes(), ...this.#shown.writes()];
  }

  readOf(part: PartWrites): void {
    if (part !== this.#own) return;
    if (this.#phase === "shown") this.#ownShown = true;
    else this.#ownRead = true;
  }

  writes(): readonly EventHandle[] {
    return this.#frame.writes();
  }
}

/** What several agents read together: one that was shown it, and others that got hold of it. */
class SharedReads implements Collecting {
  readonly stamp = 0;
  readonly sighted: object | undefined;
  readonly #frames: readonly Collecting[];

  constructor(frames: readonly Collecting[], sighted: object | undefined) {
    this.#frames = frames;
    this.sighted = sighted;
  }

  add(write: EventHandle | undefined): void {
    for (const frame of this.#frames) frame.add(write);
  }

  handOut(node: HandedOut): void {
    for (const frame of this.#frames) node.notePresence(frame);
  }

  check(key: string): void {
    for (const frame of this.#frames) frame.check(key);
  }

  writes(): readonly EventHandle[] {
    return this.#frames.flatMap((frame) => frame.writes());
  }
}
