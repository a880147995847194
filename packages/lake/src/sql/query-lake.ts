import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { isLakeError, LakeError } from "../errors.ts";

export interface LakeSqlLimits {
  seconds: number;
}

/** What a statement answers, a row at a time. */
export interface LakeSqlAnswer {
  columns: string[];
  /** Values as JSON has them. Who reads no further stops the statement. */
  rows: AsyncIterable<readonly unknown[]>;
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
 * Asks the tables of a lake a SELECT: read-only, of each run its newest log. Rows come as they are read, and are held by nobody.
 *
 * @param runs these alone; all where there are none
 * @throws LakeError `LAKE_STATEMENT` where it is none, or reads what is no table of the lake; `LAKE_REFUSED` where it takes too long
 */
export async function queryLake<T>(
  lake: Lake,
  sql: string,
  runs: readonly string[],
  { seconds }: LakeSqlLimits,
  take: (answer: LakeSqlAnswer) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const statement = sql.trim().replace(/;\s*$/, "");
  const words = wordsOf(statement);
  if (!/^(select|with)$/i.test(words[0] ?? "") || words.includes(";"))
    throw refused(lake, "only one SELECT is asked: nothing is made, changed or written");
  if (words.some((word, at) => /^into$/i.test(word) && /^outfile$/i.test(words[at + 1] ?? "")))
    throw refused(lake, "nothing is written to a file: --json and --csv print what was asked");
  // A text that begins and ends with $$ may hold a quote: what is a text behind it could not be told.
  if (words.includes("$")) throw refused(lake, "texts stand in single quotes, not between dollar signs");
  if (words.some((word, at) => SYSTEM.test(word) && words[at + 1] === "."))
    throw refused(lake, "only the tables of the runs are asked, none of the server's own");
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
  const over = new AbortController();
  const asked = /^with$/i.test(words[0] ?? "")
    ? `WITH ${tables},\n${statement.replace(/^with/i, "")}`
    : `WITH ${tables}\n${statement}`;
  const options = {
    ...(runs.length > 0 && { parameters: { llm_sim_runs: runs } }),
    settings: {
      readonly: "1",
      max_execution_time: seconds,
      max_memory_usage: String(4 * 1024 ** 3),
      // Else it goes on when nobody reads any more.
      cancel_http_readonly_queries_on_client_close: 1,
    },
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
  } as const;
  try {
    const columns = columnsSchema.parse(await lake.select(`DESCRIBE TABLE (\n${asked}\n)`, options));
    const areWhole = columns.map(({ type }) => WHOLE.test(type));
    const rows = numbered(lake.stream(asked, options), areWhole);
    return await take({ columns: columns.map(({ name }) => name), rows });
  } catch (error) {
    throw ofStatement(lake, error, seconds);
  } finally {
    over.abort();
  }
}

/** What the server says of a statement is said of that, not of the lake. */
function ofStatement(lake: Lake, error: unknown, seconds: number): unknown {
  if (!isLakeError(error)) return error;
  if (error.message.includes("(TIMEOUT_EXCEEDED)"))
    return new LakeError("LAKE_REFUSED", `${lake.name}: the statement took longer than ${seconds} s.`);
  const isOfStatement = error.code === "LAKE_REFUSED" || error.code === "LAKE_TABLES";
  return isOfStatement ? new LakeError("LAKE_STATEMENT", error.message) : error;
}

const columnsSchema = z.array(z.object({ name: z.string(), type: z.string() }));

/** Whose values come as texts, and are numbers as far as a double holds them. */
const WHOLE = /^(?:Nullable\()?U?Int(?:64|128|256)\)?$/;

async function* numbered(
  rows: AsyncIterable<unknown[]>,
  areWhole: readonly boolean[],
): AsyncGenerator<readonly unknown[], void, undefined> {
  for await (const row of rows)
    yield row.map((value, at) => (areWhole[at] === true ? asNumber(value) : value));
}

function asNumber(value: unknown): unknown {
  const number = typeof value === "string" ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : value;
}

const SYSTEM = /^(system|information_schema)$/i;

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

const refused = (lake: Lake, why: string) => new LakeError("LAKE_STATEMENT", `${lake.name}: ${why}.`);
