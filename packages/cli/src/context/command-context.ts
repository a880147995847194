import type { Output } from "./output.ts";

/** What a command knows of the world it runs in. */
export interface CommandContext {
  /** Data. */
  readonly stdout: Output;
  /** Everything else: notes, progress, errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Does `work`, which is told by its signal to come to an end when the user interrupts (SIGINT, SIGTERM or SIGHUP; the
   * reason is the signal's name). A second interruption ends the process at once. Outside of this the first one does.
   */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Asks the person at the terminal, who may say yes; `undefined` where none is there. */
  confirm(question: string): Promise<boolean | undefined>;
}
