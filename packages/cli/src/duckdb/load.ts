import { failed } from "../failure/index.ts";

/** Not a dependency: 70 MB that few need. */
const PACKAGE = "@duckdb/node-api";

/**
 * @param what needs it, for the message
 * @throws CliError where DuckDB is not installed
 */
export async function loadDuckDb(what: string): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    const problem = isAbsent ? "is not installed" : `cannot be loaded (${String(error)})`;
    throw failed(`${what} needs the package ${PACKAGE}, which ${problem}: npm install ${PACKAGE}`, error);
  }
}

/** A text in a statement. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in a statement. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
