/**
 * Rows of `files FINAL`: of each file the first part that is the newest, and of the others those that belong to it.
 *
 * @param where which files, as a condition
 */
export function ofNewestFiles(where: string): string {
  return `(part = 0 OR (run, file, of) IN (SELECT run, file, sha256 FROM files FINAL WHERE ${where} AND part = 0))`;
}

export const OF_NEWEST_FILES = ofNewestFiles("run = {run:String}");
