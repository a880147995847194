import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EventHandle } from "@llm-sim/events";
import type { RecalledStream } from "@llm-sim/events/recall";
import { CHECKPOINT_DIRECTORY, Curves, checkpointPath, FORMAT_VERSION } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { type Checkpoint, type KeptRun, keptRunIn, readCheckpoint } from "../checkpoint.ts";
import { NumberedHandles } from "../handles/index.ts";
import type { SkippedTurns } from "../run/index.ts";
import type { Recall } from "./recall.ts";
import type { RecordedTurn } from "./recorded-log.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** That turns cannot be skipped after all: the run is played from the start. */
export class NotSkippable extends Error {
  override readonly name = "NotSkippable";
}

/** The first turns of a run that is played again, where a checkpoint tells what came of them: its log is read, and nothing is played. */
export class Skipped implements SkippedTurns {
  readonly checkpoint: Checkpoint;
  readonly kept: KeptRun;
  readonly curves = new Curves();
  readonly handles: NumberedHandles;
  #end: EventHandle | undefined;
  /** Called when the log was read up to their end, before the first turn that is played. */
  onPassed: () => void = () => undefined;
  /** What was said in them, of what is said once. */
  readonly warnings: { error_type: string; description: string }[] = [];

  constructor(checkpoint: Checkpoint, kept: KeptRun) {
    this.checkpoint = checkpoint;
    this.kept = kept;
    this.handles = new NumberedHandles(kept.handles);
  }

  /** The last of them. */
  get turn(): number {
    return this.checkpoint.turn;
  }

  /**
   * Goes through the log up to the last of the turns, as if they were played. The run's start is emitted.
   *
   * @param first the set-up, where that was read
   * @returns the last of them
   * @throws NotSkippable where the log is not whole up to there, or not the one that the checkpoint is of
   */
  async pass(
    turns: AsyncIterator<RecordedTurn, void>,
    stream: RecalledStream,
    recall: Recall,
    first?: RecordedTurn,
  ): Promise<RecordedTurn> {
    let last = first ?? (await this.#next(turns));
    this.#begin(last, stream, recall);
    for (let turn = 0; ; turn++) {
      if (last.turn !== turn || last.missing !== undefined || last.end)
        throw new NotSkippable(`turn ${turn} is not whole`);
      for (const { event } of turn === 0 ? last.lines.slice(1) : last.lines)
        this.#pass(event, stream, recall);
      this.curves.endTurn(turn);
      if (turn === this.turn) break;
      last = await this.#next(turns);
    }
    const missing = this.handles.missing;
    if (missing !== undefined) throw new NotSkippable(`the log has no event ${missing}`);
    const end = last.lines.at(-1)?.event;
    if (
      end?.event_id !== this.checkpoint.last_event_id ||
      end?.details?.state_hash !== this.checkpoint.state_hash
    )
      throw new NotSkippable("the checkpoint is of another log");
    if (this.#end) stream.passedTurn(this.turn, this.#end);
    this.onPassed();
    return last;
  }

  async #next(turns: AsyncIterator<RecordedTurn, void>): Promise<RecordedTurn> {
    const { value } = await turns.next();
    if (!value) throw new NotSkippable("the log ends before");
    return value;
  }

  #begin(setUp: RecordedTurn, stream: RecalledStream, recall: Recall): void {
    const [start] = setUp.lines;
    if (!start) throw new NotSkippable("the log is empty");
    recall.begin({ ...setUp, lines: [start] }, { withEnd: false });
    stream.begin();
    const { cause } = stream.stream;
    if (cause) this.handles.found(start.event.event_id, cause);
  }

  #pass(event: Event, stream: RecalledStream, recall: Recall): void {
    stream.pass(event);
    recall.pass(event);
    const isLast = event.event_id === this.checkpoint.last_event_id;
    if (isLast || this.handles.wants(event.event_id)) {
      const handle = stream.passedHandle(event);
      this.handles.found(event.event_id, handle);
      if (isLast) this.#end = handle;
    }
    if (event.event_type === "STATE") {
      const { agent_id, variable_name, new_value, change, turn_number } = event;
      if (new_value === undefined) throw new NotSkippable("the log does not have all values");
      this.curves.wrote({ agent_id, variable_name, new_value, change }, turn_number);
    } else if (event.event_type === "SYSTEM" && event.status === "warning") {
      const { error_type = "", description = "" } = event;
      this.warnings.push({ error_type, description });
    }
  }
}

/** What else is to hold of a run that turns of it may be skipped. */
export interface SkipLimits {
  /** The last turn that may be. */
  until: number;
  /** Whether its code is taken to be as it was, where there are no hashes of it; `false`: nothing is skipped. */
  checkpoint?: boolean | undefined;
}

/**
 * The newest checkpoint of a run with which as many turns as may be need not be played; `undefined` where it is not known for sure that
 * nothing would come out otherwise: its code is not as it was or has no hashes, a setting became another, a condition is to end it.
 */
export async function skippedOf(
  { directory, manifest, changes }: Pick<RecordedRun, "directory" | "manifest" | "changes">,
  {
    until,
    checkpoint = (manifest.modules ?? []).length > 0 || manifest.config_file !== undefined,
  }: SkipLimits,
): Promise<Skipped | undefined> {
  const { interventions = [], break_when, simulation_id } = manifest;
  if (!checkpoint || changes.length > 0 || break_when !== undefined) return undefined;
  const others = interventions.filter(({ config = [] }) => config.length > 0).map(({ turn }) => turn);
  const most = Math.min(until, ...others.map((turn) => turn - 1));
  for (const turn of await turnsWithCheckpoint(directory)) {
    if (turn > most) continue;
    const found = await readCheckpoint(checkpointPath(directory, turn)).catch(() => undefined);
    const isOwn = found?.simulation_id === simulation_id && found.turn === turn;
    if (!isOwn || found.format_version !== FORMAT_VERSION) continue;
    const kept = await keptRunIn(found).catch(() => undefined);
    if (kept) return new Skipped(found, kept);
  }
  return undefined;
}

const CHECKPOINT = /^turn_(\d+)\.json$/;

/** The latest first. */
async function turnsWithCheckpoint(directory: string): Promise<number[]> {
  const names = await readdir(join(directory, CHECKPOINT_DIRECTORY)).catch((): string[] => []);
  const turns = names.flatMap((name) => {
    const number = CHECKPOINT.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return turns.toSorted((one, other) => other - one);
}
