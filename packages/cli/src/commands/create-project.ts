import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { failed, wrongCall } from "../failure/index.ts";

const TEMPLATE = fileURLToPath(new URL("../../template", import.meta.url));

/**
 * Copies the template into a directory, which is made where there is none. Nothing that is there is overwritten.
 *
 * @param shown the directory as messages name it
 * @returns the names of the files
 * @throws CliError where one of them is there already, before anything is written
 */
export async function createProject(directory: string, shown: string): Promise<string[]> {
  const files = (await readdir(TEMPLATE)).toSorted();
  const taken = files.find((file) => existsSync(join(directory, file)));
  if (taken !== undefined) {
    throw wrongCall(
      `${join(shown, taken)} is there already, and nothing is overwritten: name another directory.`,
    );
  }
  try {
    await mkdir(directory, { recursive: true });
    for (const file of files)
      await copyFile(join(TEMPLATE, file), join(directory, file), constants.COPYFILE_EXCL);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failed(`${shown} cannot be written to (${reason}): name another directory.`, error);
  }
  return files;
}
