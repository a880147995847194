import { diffLines, diffWordsWithSpace } from "diff";
import { useMemo, useState } from "react";
import { plural } from "../../../logic/format/index.ts";
import { type ChangedPiece, type FoldedPiece, foldedChanges } from "../../../logic/text/index.ts";

/** Longer than this together, texts are compared by lines: words would take too long, and be too many to read. */
const WORDWISE = 60_000;
/** Milliseconds that a comparison may take. */
const PATIENCE = 400;
/** More pieces than anyone reads; each is an element. */
const MOST_PIECES = 3000;

/** What a text says otherwise than the one before it. */
export function TextChanges({ before, after }: { before: string; after: string }) {
  const pieces = useMemo(() => compared(before, after), [before, after]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const folded = useMemo(() => (pieces ? foldedChanges(pieces) : []), [pieces]);
  if (before === after) return <p className="note text-plain">The same as before, word for word.</p>;
  if (!pieces)
    return <p className="note text-plain">The two have too little in common to be laid over each other.</p>;
  return (
    <div className="text-plain text-changes" dir="auto">
      {folded.slice(0, MOST_PIECES).map((piece, at) =>
        piece.kind === "folded" && !opened.has(at) ? (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece has nothing but its place
            key={at}
            type="button"
            className="text-more"
            onClick={() => setOpened((known) => new Set(known).add(at))}
          >
            … {plural(piece.lines, "line")} as before
          </button>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <ChangedText key={at} piece={piece} />
        ),
      )}
      {folded.length > MOST_PIECES && (
        <p className="note">and {plural(folded.length - MOST_PIECES, "more change")} behind these</p>
      )}
    </div>
  );
}

function ChangedText({ piece: { kind, text } }: { piece: FoldedPiece }) {
  if (kind === "added") return <ins>{text}</ins>;
  if (kind === "removed") return <del>{text}</del>;
  return text;
}

function compared(before: string, after: string): ChangedPiece[] | undefined {
  const options = { timeout: PATIENCE };
  const words =
    before.length + after.length <= WORDWISE ? diffWordsWithSpace(before, after, options) : undefined;
  const pieces = words ?? diffLines(before, after, options);
  return pieces?.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? "added" : removed ? "removed" : "same",
  }));
}
