import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { type EditionKey, RowWriter } from "../rows/index.ts";
import { columnsOf, PLACED_TABLES } from "../tables/index.ts";

const editionRows = z.array(
  z.object({ edition: z.int(), started: z.int(), first_event: z.string(), claimed: z.string() }),
);
const countRows = z.array(z.object({ rows: z.number() }));

export interface Edition extends EditionKey {
  /** The id of the event that its log begins with; empty where it had none. */
  identity: string;
  /**
   * Whose it is to put in its first rows, together with those of other runs; empty where it is whoever comes first. Once there is an
   * event of it, all of those rows are there.
   */
  claim: string;
}

/** Takes out what is there of editions that nobody asks any more. */
export async function removeFormerEditions(lake: Lake, { run, edition }: EditionKey): Promise<void> {
  const which = "run = {run:String} AND edition < {edition:UInt32}";
  const parameters = { run, edition };
  for (const table of [...PLACED_TABLES, "messages"]) {
    const rows = await lake.select(`SELECT count() AS rows FROM ${table} WHERE ${which}`, { parameters });
    // To take something out costs more than shipping does.
    if (countRows.parse(rows)[0]?.rows === 0) continue;
    const name = lake.address.cluster === undefined ? table : `${table}_local`;
    const everywhere = lake.address.cluster === undefined ? "" : ` ON CLUSTER \`${lake.address.cluster}\``;
    await lake.command(`ALTER TABLE ${name}${everywhere} DELETE WHERE ${which}`, { parameters });
  }
}

/** The one that questions are asked of; `undefined` where the run is not in the lake. */
export async function lastEdition(lake: Lake, run: string): Promise<Edition | undefined> {
  // Of two rows that begin it at once, by one who ships it alone and one who does not, all have to take the same.
  const rows = await lake.select(
    `SELECT edition, toUInt32(argMin(run_started, claim)) AS started, argMin(identity, claim) AS first_event, max(claim) AS claimed
FROM editions WHERE run = {run:String} GROUP BY edition ORDER BY edition DESC LIMIT 1`,
    { parameters: { run } },
  );
  const [found] = editionRows.parse(rows);
  return (
    found && {
      run,
      edition: found.edition,
      runStarted: found.started,
      identity: found.first_event,
      claim: found.claimed,
    }
  );
}

/** @throws as the lake does */
export async function addEdition(lake: Lake, key: EditionKey, identity: string): Promise<void> {
  // Of two that begin it at once the first decides.
  await addEditions(lake, [{ ...key, identity, claim: "" }], `${key.run}:${key.edition}`);
}

async function addEditions(lake: Lake, editions: readonly Edition[], token: string): Promise<void> {
  const rows = new RowWriter();
  for (const { run, edition, runStarted, identity, claim } of editions) {
    rows.begin(0);
    rows.text(run);
    rows.uint32(edition);
    rows.uint32(runStarted);
    rows.text(identity);
    rows.text(claim);
  }
  await lake.insert("editions", columnsOf("editions"), [rows.behind(-1)], token);
}

const claimRows = z.array(z.object({ run: z.string() }));

/**
 * Begins the first edition of runs of which the lake has none, to put in their first rows together. Of those that begin one at the same
 * time, in whichever way, at least one sees the other's row, and whoever sees another leaves it: it is claimed by at most one.
 *
 * @param claim that nobody else uses
 * @returns the runs that are claimed now
 */
export async function claimEditions(
  lake: Lake,
  editions: readonly Omit<Edition, "edition" | "claim">[],
  claim: string,
): Promise<Set<string>> {
  await addEditions(
    lake,
    editions.map((each) => ({ ...each, edition: FIRST_EDITION, claim })),
    claim,
  );
  const rows = await lake.select(
    `SELECT run FROM editions WHERE run IN {runs:Array(String)} GROUP BY run
HAVING count() = 1 AND max(edition) = {first:UInt32} AND max(claim) = {claim:String}`,
    { parameters: { runs: editions.map(({ run }) => run), first: FIRST_EDITION, claim } },
  );
  return new Set(claimRows.parse(rows).map(({ run }) => run));
}

export const FIRST_EDITION = 1;
