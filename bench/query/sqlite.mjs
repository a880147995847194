import { statSync } from "node:fs";
import { askPython, hasPython, segmentPaths } from "./python.mjs";
import { byIdStatements, chainStatements, pageStatements } from "./sqlite-questions.mjs";

/** @returns times and answers; `undefined` where there is no SQLite */
export function measureSqlite(directory, databaseFile, filters, ids) {
  if (!hasPython("json", "sqlite3")) return undefined;
  const { version, build, answers } = askPython("sqlite.py", {
    segments: segmentPaths(directory),
    database: databaseFile,
    questions: {
      pages: filters.map(pageStatements),
      byId: ids.map(byIdStatements),
      chain: ids.map(chainStatements),
    },
  });
  const measured = (list, shape) => ({
    times: list.map(([ms]) => ms),
    answers: list.map(([, rows]) => shape(...rows)),
  });
  return {
    version,
    build,
    size: statSync(databaseFile).size,
    pages: measured(answers.pages, ([total], found) => ({ total, ids: found })),
    byId: measured(answers.byId, ([id]) => id),
    chain: measured(answers.chain, (found) => found),
  };
}
