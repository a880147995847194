import { statSync } from "node:fs";
import { join } from "node:path";
import type { RunSummary } from "@llm-sim/api";
import { listSegments } from "@llm-sim/events/read";
import { literal, loadDuckDb } from "../duckdb/index.ts";
import { failed, wrongCall } from "../failure/index.ts";
import type { SqlAnswer, SqlLimits } from "./answer.ts";
import { type LogFile, viewStatements } from "./views.ts";

/** What DuckDB may hold: there is no place for it to spill to. */
const MEMORY = "1GB";
const RUN_COLUMNS =
  "run VARCHAR, name VARCHAR, status VARCHAR, start_time TIMESTAMP, end_time TIMESTAMP, event_count BIGINT, turns BIGINT, verbosity VARCHAR, seed BIGINT, batch VARCHAR, dropped BIGINT, bytes BIGINT, summary JSON";

export interface RunOfQuery {
  directory: string;
  summary: RunSummary;
}

/**
 * Asks runs on disk a statement, in memory and reading nothing but their logs: files, extensions and the network are out of its reach before
 * it is looked at.
 *
 * @throws CliError where it is none that only reads, or takes too long
 */
export async function queryDisk<T>(
  sql: string,
  runs: readonly RunOfQuery[],
  { seconds, signal }: Pick<SqlLimits, "seconds"> & { signal: AbortSignal },
  take: (answer: SqlAnswer) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance, DuckDBTypeId, StatementType } = await loadDuckDb("SQL over runs on disk");
  const files: LogFile[] = [];
  for (const { directory, summary } of runs)
    for (const { file } of await listSegments(directory)) {
      const path = join(directory, file);
      if (statSync(path).size > 0) files.push({ run: summary.id, path });
    }
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY,
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  let tooLong = false;
  const stop = (): void => connection.interrupt();
  const timer = setTimeout(() => {
    tooLong = true;
    stop();
  }, seconds * 1000);
  signal.addEventListener("abort", stop);
  try {
    for (const statement of viewStatements(files)) await connection.run(statement);
    await connection.run(`CREATE TABLE runs (${RUN_COLUMNS})`);
    await connection.run(
      `INSERT INTO runs SELECT ${RUN_VALUES} FROM (SELECT unnest($1::JSON[]) AS summary)`,
      [JSON.stringify(runs.map(({ summary }) => summary))],
    );
    await connection.run(`SET allowed_paths = [${files.map(({ path }) => literal(path)).join(", ")}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    if (sql.trim() === "") throw wrongCall("Give one statement; there is none.");
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw wrongCall(`Give one statement; there are ${statements.count}.`);
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT)
      throw wrongCall("Only a SELECT is asked: nothing is made, changed, loaded or written.");
    const result = await prepared.stream();
    return await take({
      columns: result.deduplicatedColumnNames(),
      rows: rowsOf(
        result,
        new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT]),
      ),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (tooLong)
      throw failed(`The statement took longer than ${seconds} s: --max-seconds gives it more.`, error);
    throw error instanceof Error && error.name === "Error"
      ? wrongCall(sqlProblem(error.message), error)
      : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    connection.closeSync();
    instance.closeSync();
  }
}

const RUN_VALUES = [
  ...["id", "name", "status", "start_time", "end_time", "event_count", "turns", "verbosity", "seed"].map(
    (member) => `summary ->> '$.${member}'`,
  ),
  "summary ->> '$.batch.id'",
  "summary ->> '$.dropped'",
  "summary ->> '$.bytes'",
  "summary",
].join(", ");

interface Chunked {
  columnTypes(): readonly { typeId: number }[];
  yieldRowsJson(): AsyncIterableIterator<readonly (readonly unknown[])[]>;
}

/** @param whole types whose values come as texts, and are numbers as far as a double holds them */
async function* rowsOf(
  result: Chunked,
  whole: ReadonlySet<number>,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const areWhole = result.columnTypes().map(({ typeId }) => whole.has(typeId));
  for await (const rows of result.yieldRowsJson())
    for (const row of rows) yield row.map((value, at) => (areWhole[at] === true ? asNumber(value) : value));
}

function asNumber(value: unknown): unknown {
  const number = typeof value === "string" ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : value;
}

/** What DuckDB says, without the place in the statement, which takes lines. */
function sqlProblem(message: string): string {
  const [first = "", ...rest] = message.split("\n");
  const hint = rest.find((line) => line.startsWith("Did you mean") || line.startsWith("Candidate"));
  return `SQL: ${[first, hint].filter(Boolean).join(" ")}`;
}
