import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { isLakeError, LakeError } from "../errors.ts";
import { TABLES_VERSION, tableStatements } from "./definition.ts";

const versionRows = z.array(z.object({ version: z.int() }));

/**
 * Sees to it that the tables are there, and of the version that is known here; makes them where there are none.
 *
 * @throws LakeError `LAKE_TABLES`
 */
export async function ensureTables(lake: Lake): Promise<void> {
  if (await findTables(lake)) return;
  await lake.createDatabase();
  for (const statement of tableStatements(lake.address)) await lake.command(statement);
  // Two that make them at once write it twice, which says the same.
  await lake.command(`INSERT INTO llm_sim SELECT ${TABLES_VERSION}`);
}

/**
 * @returns whether the tables are there
 * @throws LakeError `LAKE_TABLES` where they are of another version
 */
export async function findTables(lake: Lake): Promise<boolean> {
  let rows: Record<string, unknown>[];
  try {
    rows = await lake.select("SELECT DISTINCT version FROM llm_sim ORDER BY version");
  } catch (error) {
    if (isLakeError(error, "LAKE_TABLES")) return false;
    throw error;
  }
  const versions = versionRows.parse(rows).map(({ version }) => version);
  const other = versions.find((version) => version !== TABLES_VERSION);
  if (other === undefined) return versions.length > 0;
  throw new LakeError(
    "LAKE_TABLES",
    `${lake.name} has tables of version ${other}, and this llm-sim knows ${TABLES_VERSION}: ${
      other > TABLES_VERSION ? "a newer llm-sim reads them" : "ship into another database"
    }.`,
  );
}
