import type { Lake } from "../connection/index.ts";
import { LakeError } from "../errors.ts";

export interface LakeSqlLimits {
  /** Rows that are read at most; the one behind them tells that there are more. */
  rows: number;
  bytes: number;
  seconds: number;
}

/** Table functions that read nothing but what stands in the statement. */
const HARMLESS = new Set([
  "numbers",
  "numbers_mt",
  "generateseries",
  "generate_series",
  "values",
  "view",
  "zeros",
  "null",
]);
const TABLES = ["runs", "events", "variables", "calls", "edges"] as const;

/**
 * Asks the tables of a lake a SELECT: read-only, bounded, of each run its newest log.
 *
 * @param runs these alone; all where there are none
 * @throws LakeError `LAKE_REFUSED` where it is none, or reads what is no table of the lake
 */
export async function queryLake(
  lake: Lake,
  sql: string,
  runs: readonly string[],
  { rows, bytes, seconds }: LakeSqlLimits,
  signal?: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const statement = sql.trim().replace(/;\s*$/, "");
  const words = wordsOf(statement);
  if (!/^(select|with)$/i.test(words[0] ?? "") || words.includes(";"))
    throw refused(lake, "only one SELECT is asked: nothing is made, changed or written");
  if (words.some((word, at) => /^into$/i.test(word) && /^outfile$/i.test(words[at + 1] ?? "")))
    throw refused(lake, "nothing is written to a file: --json and --csv print what was asked");
  const functions = await tableFunctions(lake);
  const other = words.find(
    (word, at) =>
      words[at + 1] === "(" && functions.has(word.toLowerCase()) && !HARMLESS.has(word.toLowerCase()),
  );
  if (other !== undefined) throw refused(lake, `${other}(…) reads what is no table of the lake`);
  const only = runs.length === 0 ? "" : "AND run IN {llm_sim_runs:Array(String)}";
  const database = `\`${lake.address.database}\``;
  const newest = `(run, edition) IN (SELECT run, max(edition) FROM ${database}.editions GROUP BY run) ${only}`;
  const tables = TABLES.map((table) =>
    table === "runs"
      ? `runs AS (SELECT * EXCEPT (version, summary), JSONExtractString(summary, 'name') AS name, summary FROM ${database}.runs FINAL WHERE 1 ${only})`
      : `${table} AS (SELECT * EXCEPT (edition, run_started) FROM ${database}.${table} WHERE ${newest})`,
  ).join(",\n");
  const asked = /^with$/i.test(words[0] ?? "")
    ? `WITH ${tables},\n${statement.replace(/^with/i, "")}`
    : `WITH ${tables}\n${statement}`;
  return lake.select(asked, {
    ...(runs.length > 0 && { parameters: { llm_sim_runs: runs } }),
    settings: {
      readonly: "1",
      max_execution_time: seconds,
      max_result_rows: String(rows + 1),
      max_result_bytes: String(bytes),
      result_overflow_mode: "break",
      max_memory_usage: String(4 * 1024 ** 3),
    },
    ...(signal && { signal }),
  });
}

async function tableFunctions(lake: Lake): Promise<Set<string>> {
  const rows = await lake.select("SELECT lower(name) AS name FROM system.table_functions");
  return new Set(rows.map(({ name }) => String(name)));
}

/** Words and signs of a statement, without comments and texts; a name in quotes is a word. */
function wordsOf(sql: string): string[] {
  const pieces = sql.matchAll(
    /--[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S]|'')*'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*)|([^\s\w])/g,
  );
  return [...pieces].flatMap(([, back, double, word, sign]) => back ?? double ?? word ?? sign ?? []);
}

const refused = (lake: Lake, why: string) => new LakeError("LAKE_REFUSED", `${lake.name}: ${why}.`);
