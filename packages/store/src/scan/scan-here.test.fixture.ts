import { type Piece, type ScannedStretches, type ScanReply, scanStretch } from "./index.ts";

/** As threads do it, without waiting for any to start. */
export async function* scanHere(stretches: Iterable<Piece[]>): ScannedStretches {
  for (const pieces of stretches) {
    const replies: ScanReply[] = [];
    const end = await scanStretch(pieces, async (scanned, rows) => {
      replies.push(structuredClone({ kind: "part", pieces: scanned, rows }));
    });
    for (const reply of [...replies, end]) yield { pieces, reply };
  }
}
