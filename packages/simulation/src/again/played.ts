import type { EventStreamOptions } from "@llm-sim/events";
import { RecalledStream } from "@llm-sim/events/recall";
import type { Event } from "@llm-sim/events/schema";
import { isRunError, type RunOptions, type RunResult, runSimulation, type Simulation } from "../run/index.ts";
import type { RunStream } from "../run-stream.ts";
import { type Parting, Recall, type Recalled } from "./recall.ts";
import { type RecordedTurn, recordedTurns, startOf } from "./recorded-log.ts";

/** Why a turn is not played that the log has nothing of. */
export const NOT_THERE = "the log does not have it";

/** What became of playing a run along its log. */
export interface Played {
  recalled: Recalled;
  /** Where it is not the same. */
  parting?: Parting;
  /** From which turn on it was not played, and why; absent where it was to its end. */
  until?: { turn: number; reason: string };
  result?: RunResult;
  /** An event of the turn in which it ended, by its id. */
  eventOf: (id: string) => Event | undefined;
}

/** Plays a simulation along the log of a run, as far as the log is whole. Nothing is written. */
export async function playAlong(
  simulation: Simulation,
  directory: string,
  options: RunOptions & { simulationId: string },
): Promise<Played> {
  const play = new Play(directory);
  try {
    const result = await runSimulation(simulation, {
      ...options,
      stream: (streamOptions) => play.open(streamOptions),
      again: { ...options.again, log: play },
    });
    return { ...(await play.over()), result };
  } catch (error) {
    // The end of a run that failed is on record like any other.
    if (!isRunError(error) || error.code !== "ENGINE_FAILED") throw error;
    return play.over();
  }
}

class Play {
  readonly isLive = false;
  readonly #recall = new Recall();
  readonly #turns: AsyncGenerator<RecordedTurn, void, undefined>;
  /** The turn that comes next in the log. */
  #next: RecordedTurn | undefined;
  #parting: Parting | undefined;
  #until: Played["until"];

  constructor(directory: string) {
    this.#turns = recordedTurns(directory);
  }

  async open(options: EventStreamOptions): Promise<RunStream> {
    await this.#read();
    const recalled = new RecalledStream(
      { ...options, start: startOf(this.#next, options.start) },
      this.#recall,
    );
    this.#recall.into(recalled);
    this.#begin(0);
    recalled.begin();
    return recalled.stream;
  }

  async beginTurn(turn: number): Promise<boolean> {
    this.#parting = this.#recall.end();
    if (this.#parting) return this.#stop();
    await this.#read();
    return this.#begin(turn);
  }

  async beforeEnd(): Promise<void> {}

  timesOut(agentId: string): Promise<void> | undefined {
    return this.#recall.timesOut(agentId);
  }

  async over(): Promise<Omit<Played, "result">> {
    this.#parting ??= this.#recall.end();
    await this.#turns.return();
    return {
      recalled: this.#recall.recalled,
      ...(this.#parting && { parting: this.#parting }),
      ...(this.#until && { until: this.#until }),
      eventOf: (id) => this.#recall.event(id),
    };
  }

  async #read(): Promise<void> {
    this.#next = (await this.#turns.next()).value ?? undefined;
  }

  #begin(turn: number): boolean {
    const next = this.#next;
    if (!next || next.turn !== turn) return this.#stop({ turn, reason: NOT_THERE });
    if (next.missing !== undefined) return this.#stop({ turn, reason: next.missing });
    this.#recall.begin(next, { withEnd: next.end?.details?.status === "completed" });
    return true;
  }

  #stop(until?: Played["until"]): false {
    this.#until = until;
    this.#recall.stop();
    return false;
  }
}
