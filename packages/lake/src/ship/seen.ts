import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import type { EditionKey } from "../rows/index.ts";
import type { Signatures } from "./signatures.ts";

const signature = z.string().optional();
const seenSchema = z.object({
  edition: z.int(),
  segments: z.array(signature.nullable()),
  tape: signature,
  files: z.record(z.string(), z.tuple([z.string(), z.string()])),
});
const seenRows = z.array(z.object({ seen: z.string() }));

/** Signatures of a run's files when all that was in them was shipped; of small files with their SHA-256. */
export type Seen = z.infer<typeof seenSchema>;

export const NOTHING_SEEN: Seen = { edition: 0, segments: [], files: {} };

/** What the lake was told of them last; nothing of another edition. */
export async function seenOf(lake: Lake, { run, edition }: EditionKey): Promise<Seen> {
  const rows = await lake.select(
    "SELECT seen FROM runs WHERE run = {run:String} ORDER BY version DESC LIMIT 1",
    { parameters: { run } },
  );
  return seenIn(seenRows.parse(rows)[0]?.seen ?? "", edition);
}

/** @param text of a run's row */
export function seenIn(text: string, edition: number): Seen {
  const seen = text === "" ? NOTHING_SEEN : seenSchema.parse(JSON.parse(text));
  return seen.edition === edition ? seen : { ...NOTHING_SEEN, files: seen.files };
}

export function seenText(
  edition: number,
  shipped: Signatures,
  files: ReadonlyMap<string, { signature: string | undefined; sha256: string }>,
): string {
  const segments: (string | null)[] = [];
  for (let index = 0; index < shipped.size; index++) segments.push(shipped.get(index) ?? null);
  const tape = shipped.get("tape");
  const seen: Seen = {
    edition,
    segments,
    ...(tape !== undefined && { tape }),
    files: Object.fromEntries(
      [...files].flatMap(([file, { signature: is, sha256 }]) =>
        is === undefined ? [] : [[file, [is, sha256] as [string, string]]],
      ),
    ),
  };
  return JSON.stringify(seen);
}
