import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseSegmentName } from "@llm-sim/events/run";
import type { ShipProgress, Shipped } from "@llm-sim/lake";
import type { CommandContext } from "../context/index.ts";
import { describeFailure } from "../failure/index.ts";
import {
  counted,
  displayWidth,
  formatBytes,
  formatCount,
  formatDuration,
  LiveLines,
  Paint,
  plainText,
  progressBar,
} from "../terminal/index.ts";

/** Of more runs than this only how many there are is told, and of those under way only so many. */
const MOST_LINES = 20;
const MOST_UNDER_WAY = 4;
const WIDEST_BAR = 30;
/** The part of all runs, as one of so many, that tells how long the others may take. */
const ENOUGH = 20;

interface UnderWay {
  progress: ShipProgress;
  /** Bytes of the log; `undefined` where it may grow, or is not known. */
  size: number | undefined;
}

interface BoardOptions {
  /** The runs' directories. */
  directories: readonly string[];
  follow: boolean;
  json: boolean;
}

/** What is shown of runs that are shipped: lines on a terminal meanwhile, and what became of them. */
export class ShipBoard {
  readonly #context: CommandContext;
  readonly #options: BoardOptions;
  readonly #live: LiveLines;
  readonly #directories: ReadonlyMap<string, string>;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #begun = performance.now();
  #shipped = 0;
  #unchanged = 0;
  #events = 0;
  #bytes = 0;
  failed = 0;

  constructor(context: CommandContext, options: BoardOptions) {
    this.#context = context;
    this.#options = options;
    this.#live = new LiveLines(context.stderr);
    this.#directories = new Map(options.directories.map((directory) => [basename(directory), directory]));
    this.#draw();
  }

  notice(text: string): void {
    this.clear();
    void this.#context.stderr.line(plainText(text));
  }

  progress(progress: ShipProgress): void {
    const { run } = progress;
    const { size } = this.#underWay.get(run) ?? { size: this.#sizeOf(run) };
    this.#underWay.set(run, { progress, size });
    this.#draw();
  }

  async shipped(shipped: Shipped): Promise<void> {
    const { run, events, bytes } = shipped;
    this.#underWay.delete(run);
    if (events === 0) this.#unchanged++;
    else this.#shipped++;
    this.#events += events;
    this.#bytes += bytes;
    const { stdout } = this.#context;
    if (this.#options.json) await stdout.line(JSON.stringify(shipped));
    else if (this.#options.directories.length <= MOST_LINES) {
      this.clear();
      const isOnly = this.#options.directories.length === 1;
      const what = `${amount(events, bytes)}${isOnly ? this.#rate(events) : ""}`;
      await stdout.line(plainText(`${run}: ${events === 0 ? "nothing new" : what}`));
    }
    this.#draw();
  }

  async failure(directory: string, error: Error): Promise<void> {
    this.failed++;
    this.#underWay.delete(basename(directory));
    this.clear();
    const { stderr } = this.#context;
    const { message } = describeFailure(error);
    const words = message.includes(basename(directory)) ? message : `${directory}: ${message}`;
    await stderr.line(`${new Paint(stderr.color).bad("error:")} ${words}`);
    this.#draw();
  }

  /** What became of many runs, in a line. */
  async end(): Promise<void> {
    this.clear();
    const { directories, json } = this.#options;
    if (json || directories.length === 1) return;
    const parts = [];
    if (this.#shipped > 0)
      parts.push(
        `${counted(this.#shipped, "run")} shipped: ${amount(this.#events, this.#bytes)}${this.#rate(this.#events)}`,
      );
    if (this.#unchanged > 0) parts.push(`${counted(this.#unchanged, "run")} unchanged`);
    if (this.failed > 0) parts.push(`${counted(this.failed, "run")} not shipped`);
    await this.#context.stdout.line(parts.join("; "));
  }

  clear(): void {
    this.#live.clear();
  }

  #draw(): void {
    this.#live.draw((cells) => {
      const runs = [...this.#underWay.values()];
      const lines = runs.slice(0, MOST_UNDER_WAY).map((run) => this.#lineOf(run, cells));
      const more = runs.length - lines.length;
      if (more > 0) lines.push(`and ${counted(more, "other run")} …`);
      return this.#options.directories.length === 1 ? lines : [this.#total(cells), ...lines];
    });
  }

  #total(cells: number): string {
    const all = this.#options.directories.length;
    const over = this.#shipped + this.#unchanged + this.failed;
    const elapsed = performance.now() - this.#begun;
    const underWay = [...this.#underWay.values()].reduce((sum, { progress }) => sum + progress.events, 0);
    const isGuess = this.#options.follow || over < all / ENOUGH || over === all;
    const facts = [
      `${formatCount(over)}/${formatCount(all)} runs`,
      counted(this.#events + underWay, "event"),
      ...(isGuess ? [] : [`ETA ${formatDuration((elapsed / over) * (all - over))}`]),
    ];
    return withBar("", over / all, facts, cells);
  }

  #lineOf({ progress: { run, events, bytes }, size }: UnderWay, cells: number): string {
    const facts = [counted(events, "event"), formatBytes(bytes)];
    if (size === undefined) return `${run}  ${facts.join("  ")}`;
    return withBar(run, size === 0 ? 1 : bytes / size, facts, cells);
  }

  /** Since the beginning; of what took a moment there is none. */
  #rate(events: number): string {
    const seconds = (performance.now() - this.#begun) / 1000;
    return seconds < 0.1 ? "" : `, ${formatCount(Math.round(events / seconds))}/s`;
  }

  #sizeOf(run: string): number | undefined {
    const directory = this.#directories.get(run);
    return this.#options.follow || directory === undefined ? undefined : sizeOfLog(directory);
  }
}

const amount = (events: number, bytes: number) => `${counted(events, "event")}, ${formatBytes(bytes)}`;

function withBar(name: string, done: number, facts: readonly string[], cells: number): string {
  const text = facts.join("  ");
  const room = cells - displayWidth(name) - displayWidth(text) - 2;
  const bar = room < 4 ? "" : `${progressBar(done, Math.min(WIDEST_BAR, room))} `;
  return `${name === "" ? "" : `${name} `}${bar}${text}`;
}

/** `undefined` where it is compressed, or changes at this moment: it is for a bar alone. */
function sizeOfLog(directory: string): number | undefined {
  try {
    const segments = readdirSync(directory).filter((name) => parseSegmentName(name));
    if (segments.some((name) => name.endsWith(".gz"))) return undefined;
    return segments.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  } catch {
    return undefined;
  }
}
