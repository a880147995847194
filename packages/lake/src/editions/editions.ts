import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { type EditionKey, RowWriter } from "../rows/index.ts";
import { columnsOf, PLACED_TABLES } from "../tables/index.ts";

const editionRows = z.array(z.object({ edition: z.int(), started: z.int(), identity: z.string() }));

export interface Edition extends EditionKey {
  /** The id of the event that its log begins with; empty where it had none. */
  identity: string;
}

/** Takes out what is there of editions that nobody asks any more. */
export async function removeFormerEditions(lake: Lake, { run, edition }: EditionKey): Promise<void> {
  for (const table of [...PLACED_TABLES, "messages"]) {
    const name = lake.address.cluster === undefined ? table : `${table}_local`;
    const everywhere = lake.address.cluster === undefined ? "" : ` ON CLUSTER \`${lake.address.cluster}\``;
    await lake.command(
      `ALTER TABLE ${name}${everywhere} DELETE WHERE run = {run:String} AND edition < {edition:UInt32}`,
      { parameters: { run, edition } },
    );
  }
}

/** The one that questions are asked of; `undefined` where the run is not in the lake. */
export async function lastEdition(lake: Lake, run: string): Promise<Edition | undefined> {
  const rows = await lake.select(
    "SELECT edition, toUInt32(run_started) AS started, identity FROM editions WHERE run = {run:String} ORDER BY edition DESC LIMIT 1",
    { parameters: { run } },
  );
  const [found] = editionRows.parse(rows);
  return found && { run, edition: found.edition, runStarted: found.started, identity: found.identity };
}

export async function addEdition(
  lake: Lake,
  { run, edition, runStarted }: EditionKey,
  identity: string,
): Promise<void> {
  const rows = new RowWriter();
  rows.begin(0);
  rows.text(run);
  rows.uint32(edition);
  rows.uint32(runStarted);
  rows.text(identity);
  // Of two that begin it at once the first decides.
  await lake.insert("editions", columnsOf("editions"), [rows.behind(-1)], `${run}:${edition}`);
}
