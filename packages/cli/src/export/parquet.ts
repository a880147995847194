import { rm } from "node:fs/promises";
import { identifier, literal, loadDuckDb } from "../duckdb/index.ts";
import { jsonText } from "./encode.ts";
import type { ExportTable } from "./table.ts";
import { notWritten, writeParts } from "./write-file.ts";

/** What DuckDB may hold; above it spills to disk. */
const MEMORY_LIMIT = "512MB";
/** DuckDB's own default for the longest object in bytes, which it also allocates. */
const SMALLEST_OBJECT_LIMIT = 16 * 1024 * 1024;

/**
 * Writes a table as Parquet (zstd). Rows go through a file of JSON Lines beside it, so that memory does not follow their
 * number. A JSON column becomes DOUBLE where all its values are numbers, and text in JSON otherwise.
 *
 * @throws CliError where DuckDB is not installed
 */
export async function writeParquet(path: string, table: ExportTable): Promise<void> {
  const { DuckDBInstance } = await loadDuckDb("Parquet");
  const staged = `${path}.rows`;
  try {
    const longest = await stage(staged, table);
    await convert(longest).catch((error: unknown) => {
      throw notWritten(error);
    });
  } finally {
    await rm(staged, { force: true });
  }

  async function convert(longest: number): Promise<void> {
    const instance = await DuckDBInstance.create(":memory:", { memory_limit: MEMORY_LIMIT });
    const connection = await instance.connect();
    try {
      const columns = table.columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(", ");
      const limit = Math.max(SMALLEST_OBJECT_LIMIT, 2 * longest);
      await connection.run(
        `CREATE VIEW staged AS SELECT * FROM read_json(${literal(staged)}, format = 'newline_delimited', columns = {${columns}}, maximum_object_size = ${limit})`,
      );
      const numeric = new Set<string>();
      for (const { name } of table.columns.filter((column) => column.type === "JSON")) {
        const reader = await connection.runAndReadAll(
          `SELECT coalesce(bool_and(json_type(${identifier(name)}) IN ('BIGINT', 'UBIGINT', 'DOUBLE')), false) FROM staged WHERE ${identifier(name)} IS NOT NULL`,
        );
        if (reader.getRows()[0]?.[0] === true) numeric.add(name);
      }
      const selected = table.columns.map(({ name }) =>
        numeric.has(name) ? `CAST(${identifier(name)} AS DOUBLE) AS ${identifier(name)}` : identifier(name),
      );
      await connection.run(
        `COPY (SELECT ${selected.join(", ")} FROM staged) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
}

/** @returns an upper bound of the longest row, in bytes */
async function stage(path: string, table: ExportTable): Promise<number> {
  let longest = 0;
  await writeParts(path, measured());
  return longest;

  async function* measured(): AsyncGenerator<string, void, undefined> {
    for await (const text of jsonText(table)) {
      // A row that is longer than a chunk is a chunk of its own; three bytes for each UTF-16 unit is UTF-8's most.
      longest = Math.max(longest, 3 * text.length);
      yield text;
    }
  }
}
