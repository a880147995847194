import type { EventStreamOptions } from "@llm-sim/events";
import { RecalledStream } from "@llm-sim/events/recall";
import type { Provenance } from "@llm-sim/events/run";
import { Recall, type RecordedTurn, recordedTurns, type Skipped } from "../again/index.ts";
import { RunError } from "../run/index.ts";
import type { RunStream } from "../run-stream.ts";

export interface ForkedLogOptions {
  /** Holds the log up to the fork's first own turn. */
  directory: string;
  /** The fork's first own turn. */
  turn: number;
  /** The parent, for messages. */
  parent: string;
  /** What run.json says besides, or otherwise. */
  provenance: Provenance;
  /** Turns that are not played. */
  skipped?: Skipped | undefined;
  /** Makes a run of what was put together so far: its first own turn begins. */
  begin(): Promise<void>;
}

/** Leads a fork along the log of its parent, up to its first own turn; from there on it is written. */
export class ForkedLog {
  readonly #options: ForkedLogOptions;
  readonly #recall = new Recall();
  readonly #turns: AsyncGenerator<RecordedTurn, void, undefined>;
  #stream: RecalledStream | undefined;
  #isLive = false;

  constructor(options: ForkedLogOptions) {
    this.#options = options;
    this.#turns = recordedTurns(options.directory);
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  async open(options: EventStreamOptions): Promise<RunStream> {
    const { simulationId, outputDir } = options;
    const provenance = { ...options.provenance, ...this.#options.provenance };
    this.#stream = new RecalledStream(
      { ...options, provenance },
      this.#recall,
      `${outputDir}/${simulationId}`,
    );
    this.#recall.into(this.#stream);
    const { skipped } = this.#options;
    if (skipped) await skipped.pass(this.#turns, this.#stream, this.#recall);
    else {
      await this.#next(0);
      this.#stream.begin();
    }
    return this.#stream.stream;
  }

  async beginTurn(turn: number): Promise<boolean> {
    if (this.#isLive) return true;
    const parting = this.#recall.end();
    if (parting)
      throw this.#refused(`turn ${parting.turn} does not come out again as its log has it (${parting.key})`);
    if (turn < this.#options.turn) {
      await this.#next(turn);
      return true;
    }
    await this.end();
    await this.#options.begin();
    this.#recall.stop();
    this.#stream?.goOn();
    this.#isLive = true;
    return true;
  }

  async beforeEnd(): Promise<void> {}

  timesOut(agentId: string): Promise<void> | undefined {
    return this.#isLive ? undefined : this.#recall.timesOut(agentId);
  }

  /** Lets go of the log. */
  async end(): Promise<void> {
    await this.#turns.return();
  }

  async #next(turn: number): Promise<void> {
    const { value: next } = await this.#turns.next();
    if (!next || next.turn !== turn) throw this.#refused(`its log does not have turn ${turn}`);
    // That the set-up is over, and the last turn before, is known from the parent.
    const isKnown = turn === this.#options.turn - 1 && next.turn === 0;
    if (next.missing !== undefined && !isKnown)
      throw this.#refused(`of turn ${turn} of its log ${next.missing}`);
    this.#recall.begin(next, { withEnd: false });
  }

  #refused(reason: string): RunError {
    const { parent, turn } = this.#options;
    const hint = `llm-sim replay ${parent} says more`;
    return new RunError("NOT_PLAYABLE", `${parent} cannot be forked at turn ${turn}: ${reason}; ${hint}.`);
  }
}
