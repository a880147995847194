import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Makes a file at `path` all at once: what was there stays until the new content is complete. */
export async function replaceFile(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function writeParts(path: string, parts: AsyncIterable<string | Uint8Array>): Promise<void> {
  return pipeline(parts, createWriteStream(path));
}
