import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EventStreamOptions } from "@llm-sim/events";
import { type CutOff, RecalledStream, type RunHold } from "@llm-sim/events/recall";
import { CHECKPOINT_DIRECTORY, SUMMARY_FILE } from "@llm-sim/events/run";
import type { Attempt } from "@llm-sim/events/tape";
import type { AlongLog } from "../run/index.ts";
import type { RunStream } from "../run-stream.ts";
import { type Parting, Recall } from "./recall.ts";
import { type LogPlace, type RecordedTurn, recordedTurns, startOf } from "./recorded-log.ts";
import { NotSkippable, type Skipped } from "./skipped.ts";

/** From where a run was gone on with, and what of its log was set aside for that. */
export interface WentOn {
  /** The last turn that was taken from the log. */
  after_turn: number;
  /** The checkpoint from which it was played again; absent where it was from the start. */
  checkpoint?: number;
  /** The file beside the log that holds what stood behind that turn; absent where nothing did. */
  set_aside?: string;
}

/** Why it was not gone on with; nothing of it was touched. */
export type Refusal = { parting: Parting } | { reason: string };

export interface GoingOnOptions {
  hold: RunHold;
  /** Called when the run is gone on with, before anything of it is touched. */
  onLive?: (() => void) | undefined;
  /** Turns that are not played. */
  skipped?: Skipped | undefined;
  /** The first turn that does not count, whatever the log has of it. */
  before?: number | undefined;
  /** Whether an attempt is on the run's tape. */
  isOnTape: (attempt: Attempt) => boolean;
  /** What the log is told of it. */
  tell: (wentOn: WentOn) => { error_type: string; description: string; details: object };
}

/** Plays a run along its log as far as that is whole, and goes on with it from there: what happens then is appended. */
export class GoingOn implements AlongLog {
  isLive = false;
  refusal: Refusal | undefined;
  wentOn: WentOn | undefined;
  readonly #options: GoingOnOptions;
  readonly #recall = new Recall();
  readonly #turns: AsyncGenerator<RecordedTurn, void, undefined>;
  #stream: RecalledStream | undefined;
  #next: RecordedTurn | undefined;
  /** The last turn that was played along the log. */
  #last: { turn: number; until: LogPlace; hasEnd: boolean } | undefined;

  constructor(options: GoingOnOptions) {
    this.#options = options;
    this.#turns = recordedTurns(options.hold.directory);
  }

  async open(options: EventStreamOptions): Promise<RunStream> {
    await this.#read();
    const start = startOf(this.#next, options.start);
    const stream = new RecalledStream({ ...options, start }, this.#recall, this.#options.hold.directory);
    this.#stream = stream;
    stream.passOver((attempt) => !this.isLive || this.#options.isOnTape(attempt));
    this.#recall.into(stream);
    const { skipped } = this.#options;
    if (skipped) {
      const { turn, until } = await skipped.pass(this.#turns, stream, this.#recall, this.#next);
      if (!until) throw new NotSkippable("the log has no place for its end");
      this.#last = { turn, until, hasEnd: false };
    } else if (this.#alongWhole(0)) stream.begin();
    else {
      this.#refuse({ reason: `${this.#next?.missing ?? "its log is empty"}: begin it anew` });
      stream.begin();
    }
    return stream.stream;
  }

  async beginTurn(turn: number): Promise<boolean> {
    if (this.isLive) return true;
    if (this.refusal || this.#hasParted()) return false;
    await this.#read();
    if (!this.#alongWhole(turn)) await this.#goOn();
    return true;
  }

  /** @param isCutShort whether it was interrupted, rather than came to an end of its own */
  async beforeEnd(isCutShort: boolean): Promise<void> {
    if (this.isLive || this.refusal || this.#hasParted()) return;
    if (isCutShort) {
      this.#refuse({ reason: "it was interrupted before it had come to where the log ends" });
      return;
    }
    await this.#read();
    const { turn = 0, hasEnd = false } = this.#last ?? {};
    if (hasEnd) this.#refuse({ reason: `it came to its end in turn ${turn}` });
    else if (this.#isWhole(turn + 1))
      this.#refuse({ reason: `it ends in turn ${turn} now, and its log goes on` });
    else await this.#goOn();
  }

  timesOut(agentId: string): Promise<void> | undefined {
    return this.isLive ? undefined : this.#recall.timesOut(agentId);
  }

  /** Lets go of the log. */
  async close(): Promise<void> {
    await this.#turns.return();
  }

  async #read(): Promise<void> {
    this.#next = (await this.#turns.next()).value ?? undefined;
  }

  #isWhole(turn: number): boolean {
    const { before = Number.POSITIVE_INFINITY } = this.#options;
    return this.#next?.turn === turn && this.#next.missing === undefined && turn < before;
  }

  /** @returns whether the log has the turn: it is played along it then */
  #alongWhole(turn: number): boolean {
    const next = this.#next;
    if (!next?.until || !this.#isWhole(turn)) return false;
    this.#recall.begin(next, { withEnd: false });
    this.#last = {
      turn,
      until: next.until,
      hasEnd: next.end?.details?.status === "completed",
    };
    return true;
  }

  #hasParted(): boolean {
    const parting = this.#recall.end();
    if (parting) this.#refuse({ parting });
    return parting !== undefined;
  }

  #refuse(refusal: Refusal): void {
    this.refusal ??= refusal;
    this.#recall.stop();
  }

  async #goOn(): Promise<void> {
    const { hold, tell } = this.#options;
    const last = this.#last;
    if (!last || !this.#stream) throw new Error("A run goes on behind a turn of its log.");
    await this.close();
    this.#options.onLive?.();
    await setAsideBehind(hold.directory, last.turn);
    const wentOn = (cut: CutOff | undefined): WentOn => ({
      after_turn: last.turn,
      ...(this.#options.skipped && { checkpoint: this.#options.skipped.turn }),
      ...(cut && { set_aside: cut.set_aside }),
    });
    const cut = this.#stream.goOn({ hold, keep: last.until, tell: (found) => tell(wentOn(found)) });
    this.wentOn = wentOn(cut);
    this.isLive = true;
  }
}

const CHECKPOINT = /^turn_(\d+)\.json$/;

/** What stands beside the log for turns that are made anew: checkpoints are set aside, and the summary is written at the end. */
async function setAsideBehind(directory: string, turn: number): Promise<void> {
  await rm(join(directory, SUMMARY_FILE), { force: true });
  const checkpoints = join(directory, CHECKPOINT_DIRECTORY);
  const names = await readdir(checkpoints).catch((): string[] => []);
  for (const name of names) {
    const number = Number(CHECKPOINT.exec(name)?.[1] ?? 0);
    if (number <= turn) continue;
    let free = 1;
    while (names.includes(`cut-${free}-${name}`)) free++;
    await rename(join(checkpoints, name), join(checkpoints, `cut-${free}-${name}`));
  }
}
