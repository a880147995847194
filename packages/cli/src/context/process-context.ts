import { createInterface } from "node:readline/promises";
import type { WriteStream } from "node:tty";
import type { CommandContext } from "./command-context.ts";
import { interruptible, listenForInterruption } from "./interruption.ts";
import { Output } from "./output.ts";

/** The context of a real process. */
export function processContext(): CommandContext {
  listenForInterruption();
  return {
    stdout: outputTo(process.stdout, "Standard output"),
    stderr: outputTo(process.stderr, "Standard error"),
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    interruptible,
    confirm,
  };
}

/** `isTTY` is missing where the stream is a pipe or a file, whatever its type says. */
function outputTo(stream: Omit<WriteStream, "isTTY"> & { isTTY?: boolean }, name: string): Output {
  const isTerminal = stream.isTTY ?? false;
  return new Output(stream, { name, isTerminal, color: isTerminal && wantsColor(stream) });
}

/** https://no-color.org: any value but the empty one. `hasColors` also knows TERM=dumb. */
function wantsColor(stream: Pick<WriteStream, "hasColors">): boolean {
  return !process.env.NO_COLOR && stream.hasColors();
}

async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Who closes the terminal, or presses Ctrl+C, has said no.
    const gone = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    const answer = await Promise.race([terminal.question(question), gone]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
