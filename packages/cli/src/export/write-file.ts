import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { codeOf } from "@llm-sim/events/errors";
import { failed } from "../failure/index.ts";

/**
 * Makes a file at `path` all at once: what was there stays until the new content is complete.
 *
 * @param shown the file as messages name it
 * @throws CliError where the disk does not take it; nothing of it is left then
 */
export async function replaceFile(
  path: string,
  make: (temporary: string) => Promise<void>,
  shown: string = path,
): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (!isRefusal(error, temporary)) throw error;
    const reason = error.message.replaceAll(temporary, shown);
    throw failed(
      `--out ${shown} cannot be written: ${reason}; nothing of it is left: free some space there, or name a file elsewhere.`,
      error,
    );
  }
}

export function writeParts(path: string, parts: AsyncIterable<string | Uint8Array>): Promise<void> {
  return pipeline(parts, createWriteStream(path));
}

/** Whether the error comes from writing the file, and not from reading what goes into it. */
function isRefusal(error: unknown, temporary: string): error is Error {
  if (!(error instanceof Error)) return false;
  if ("syscall" in error && error.syscall !== "read") {
    const isWrite = error.syscall === "write" || error.syscall === "rename";
    return isWrite || ("path" in error && String(error.path).startsWith(temporary));
  }
  return codeOf(error) === NOT_WRITTEN;
}

const NOT_WRITTEN = "NOT_WRITTEN";

/** What a library says of a file that it does not write, where its errors have no code. */
export function notWritten(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message, { cause: error }), { code: NOT_WRITTEN });
}
