import type { EventHandle } from "@llm-sim/events";
import { checkpointPath, FORMAT_VERSION } from "@llm-sim/events/run";
import { atOnce } from "../answer/index.ts";
import type { Models } from "../asking/index.ts";
import { type Checkpoint, type KeptRun, packed, writeCheckpoint } from "../checkpoint.ts";
import { type BaseEngine, INSIDE } from "../engine/index.ts";
import type { Roster } from "../roster/index.ts";
import type { RunStream } from "../run-stream.ts";
import { messageOf } from "./run-error.ts";

/** What the run can be gone on with is put together where that takes at most so long, or so much of the run's time with all before. */
const UNNOTICED_MS = 5;
const NOTICED_SHARE = 0.02;

/** Keeps a run's checkpoints: each is put together at its turn's end, and written while the run goes on. */
export class Checkpoints {
  readonly #interval: number | undefined;
  readonly #engine: BaseEngine;
  readonly #roster: Roster;
  readonly #onWarning: (message: string) => void;
  /** At most one is on its way: a slow disk slows the run down rather than filling the memory. */
  #writing: Promise<void> | undefined;
  #hasWarned = false;
  readonly #begun = performance.now();
  /** How long it took to put together what the run can be gone on with, in milliseconds. */
  readonly #keptMs = { sum: 0, least: 0 };

  constructor(
    interval: number | undefined,
    engine: BaseEngine,
    roster: Roster,
    onWarning: (message: string) => void = () => undefined,
  ) {
    this.#onWarning = onWarning;
    this.#interval = interval;
    this.#engine = engine;
    this.#roster = roster;
  }

  /**
   * Takes the checkpoint of a turn that has ended with `end`, where one is due and the run has a directory.
   *
   * @param kept what the run can be gone on with as if it had never stopped, where that is all known
   */
  async take(
    turn: number,
    end: EventHandle,
    stream: RunStream,
    models: Models | undefined,
    kept: () => KeptRun | undefined,
  ): Promise<void> {
    const { directory } = stream;
    if (directory === undefined || this.#interval === undefined || turn % this.#interval !== 0) return;
    const text = JSON.stringify(this.#now(turn, end, stream, models));
    const writes = this.#textOf(kept);
    // A disk that takes nothing is not waited for: the run goes on, and that there is no checkpoint is on record.
    const { last_error: refused } = stream.stats();
    if (refused !== undefined) {
      this.#fail(turn, refused, stream);
      return;
    }
    if (this.#writing) await this.#writing;
    this.#writing = this.#write(directory, turn, { text, writes }, stream).finally(() => {
      this.#writing = undefined;
    });
  }

  /** What the run can be gone on with, as JSON, where putting it together is no cost that anybody notices. */
  #textOf(kept: () => KeptRun | undefined): string | undefined {
    const before = performance.now();
    const isCheap = this.#keptMs.least <= UNNOTICED_MS;
    if (!isCheap && this.#keptMs.sum + this.#keptMs.least > (before - this.#begun) * NOTICED_SHARE)
      return undefined;
    const run = kept();
    const text = run && JSON.stringify(run);
    const took = performance.now() - before;
    this.#keptMs.sum += took;
    this.#keptMs.least = this.#keptMs.least === 0 ? took : Math.min(this.#keptMs.least, took);
    return text;
  }

  /**
   * What the checkpoint refers to is in the file before it. That it cannot be written does not end the run: a SYSTEM
   * warning `checkpoint_failed` tells of it.
   */
  async #write(
    directory: string,
    turn: number,
    { text, writes }: { text: string; writes: string | undefined },
    stream: RunStream,
  ): Promise<void> {
    try {
      await stream.flush();
      const more = writes === undefined ? "" : `,"writes":"${await packed(writes)}"`;
      await writeCheckpoint(directory, turn, `${text.slice(0, -1)}${more}}\n`);
    } catch (error) {
      this.#fail(turn, messageOf(error), stream);
    }
  }

  #fail(turn: number, reason: string, stream: RunStream): void {
    const description = `The checkpoint of turn ${turn} could not be written: ${reason}`;
    stream.system("warning", { error_type: "checkpoint_failed", description, details: { error: reason } });
    // Where the events are refused as well, that has been said.
    if (this.#hasWarned || stream.stats().last_error !== undefined) return;
    this.#hasWarned = true;
    const where = stream.directory === undefined ? "" : ` (${checkpointPath(stream.directory, turn)})`;
    this.#onWarning(`${description}${where}; make room there: later ones are tried again.`);
  }

  /** Resolves when the last one is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  #now(turn: number, end: EventHandle, stream: RunStream, models: Models | undefined): Checkpoint {
    const agents = this.#roster.all;
    const memories = agents.flatMap(({ id, agent }) => {
      const memory = atOnce(`getMemory of ${id}`, () => agent.getMemory?.());
      return memory === undefined ? [] : [[id, memory] as const];
    });
    return {
      format_version: FORMAT_VERSION,
      simulation_id: stream.simulationId,
      turn,
      last_event_id: end.event_id,
      state: this.#engine[INSIDE].state(),
      state_hash: this.#engine[INSIDE].stateHash(),
      memory: Object.fromEntries(memories),
      decided: Object.fromEntries(agents.flatMap(({ id, decided }) => (decided ? [[id, decided.turn]] : []))),
      context_memory: Object.fromEntries(
        agents.flatMap(({ id, memory }) =>
          Object.keys(memory.values).length === 0 ? [] : [[id, memory.values]],
        ),
      ),
      ...(models && { spent: models.spent, tape_offset: stream.tape?.bytes ?? 0 }),
      ...this.#roster.kept(),
    };
  }
}
