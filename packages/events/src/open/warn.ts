import { writeSync } from "node:fs";

const STDERR = 2;

/** Tells of trouble in one line. `atExit`: at the end of a process, where nothing is waited for. */
export type Warn = (message: string, atExit?: boolean) => void;

/** What tells a host of trouble: its own callback, whose errors are its own matter, or a warning of the process. */
export function warnBy(onWarning: ((message: string) => void) | undefined): Warn {
  return (message, atExit = false) => {
    try {
      if (onWarning) onWarning(message);
      // Warnings of a process are printed at its next turn, of which there is none any more.
      else if (atExit) writeSync(STDERR, `(llm-sim) Warning: ${message}\n`);
      else process.emitWarning(message, "llm-sim");
    } catch {
      // The recording goes on whether or not anybody can be told.
    }
  };
}
