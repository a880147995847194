import { join } from "node:path";
import * as z from "zod";
import { isOutOfFiles, readRegular } from "../files/index.ts";
import { FORMAT_VERSION, MANIFEST_FILE } from "../layout/index.ts";

const versionSchema = z.looseObject({ format_version: z.number() });

/**
 * Whether a file of a run's directory is of a format that is newer than what is known here, and cannot be trusted to mean
 * what it seems to.
 *
 * @param file how to name it
 * @param json what it holds, parsed
 * @param known the newest version of such files that is known; the tape has one of its own
 * @returns the refusal in words, a clause without its full stop; `undefined` where the format is known
 */
export function newerFormatOf(file: string, json: unknown, known = FORMAT_VERSION): string | undefined {
  const version = versionSchema.safeParse(json).data?.format_version;
  if (version === undefined || version <= known) return undefined;
  return `${file} is of format version ${version}, and this llm-sim knows versions up to ${known}: update llm-sim`;
}

/** `newerFormatOf` the run in this directory, by its run.json. */
export function newerFormat(runDirectory: string): string | undefined {
  const path = join(runDirectory, MANIFEST_FILE);
  try {
    return newerFormatOf(path, JSON.parse(readRegular(path)));
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return undefined; // none, or damaged
  }
}
