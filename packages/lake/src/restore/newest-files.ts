/** Rows of `files FINAL`: of each file the first part that is the newest, and of the others those that belong to it. */
export const OF_NEWEST_FILES =
  "(part = 0 OR (file, of) IN (SELECT file, sha256 FROM files FINAL WHERE run = {run:String} AND part = 0))";
