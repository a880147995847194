/** A piece of two texts laid over each other. */
export interface ChangedPiece {
  text: string;
  kind: "same" | "added" | "removed";
}

/** As `ChangedPiece`, or lines that are in both, left out until they are asked for. */
export type FoldedPiece = ChangedPiece | { kind: "folded"; text: string; lines: number };

/** Lines of what is in both that stand beside a change. */
const AROUND = 2;
/** Fewer lines than these are not worth folding. */
const LEAST = 4;

/** The same with long stretches that did not change folded to the lines around the changes. */
export function foldedChanges(pieces: readonly ChangedPiece[]): FoldedPiece[] {
  return pieces.flatMap((piece, at): FoldedPiece[] => {
    if (piece.kind !== "same") return [piece];
    const lines = piece.text.split(/(?<=\n)/);
    // A line may be cut by a change on either side: it belongs to what stands around.
    const before = at === 0 ? 0 : AROUND + 1;
    const after = at === pieces.length - 1 ? 0 : AROUND + 1;
    if (lines.length < before + after + LEAST) return [piece];
    const end = lines.length - after;
    const part = (from: number, to?: number): string => lines.slice(from, to).join("");
    const all: FoldedPiece[] = [
      { kind: "same", text: part(0, before) },
      { kind: "folded", text: part(before, end), lines: end - before },
      { kind: "same", text: part(end) },
    ];
    return all.filter(({ text }) => text !== "");
  });
}
