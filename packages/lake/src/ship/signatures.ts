import { stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { listSegments, type SegmentFile } from "@llm-sim/events/read";
import { TAPE_FILE } from "@llm-sim/events/run";

/** Of a run's segments, by their numbers, and of its tape: what tells a file that was changed from one that was not. */
export type Signatures = ReadonlyMap<number | "tape", string>;

/** A file that was written this short a time ago may be written once more without its time being another. Milliseconds. */
const SETTLED = 100;

export async function signaturesOf(directory: string, listed?: readonly SegmentFile[]): Promise<Signatures> {
  const segments = listed ?? (await listSegments(directory));
  const paths: [number | "tape", string][] = segments.map(({ path }, index) => [index, path]);
  paths.push(["tape", join(directory, TAPE_FILE)]);
  const found = new Map<number | "tape", string>();
  for (const [which, path] of paths) {
    const signature = await signatureOf(path);
    if (signature !== undefined) found.set(which, signature);
  }
  return found;
}

/** Size, times and number of a file; `undefined` where it says nothing, as there is none or it was written just now. */
export async function signatureOf(path: string): Promise<string | undefined> {
  try {
    // What was written in place may have been given its former time again: when that was done cannot be.
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    const age = Date.now() - Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
    return age < SETTLED ? undefined : [size, mtimeNs, ctimeNs, ino].join(" ");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** In bytes; none of a file that is gone. */
export async function sizeOf(directory: string, file: string): Promise<number> {
  try {
    return (await stat(join(directory, file))).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
