import { useMemo } from "react";
import { findHits, piecesOf } from "../../logic/text/index.ts";
import { Marked } from "./text/index.ts";

/** Words with what is sought in them marked. */
export function Highlighted({ text, sought }: { text: string; sought: string }) {
  const pieces = useMemo(
    () => piecesOf(text, 0, { from: 0, to: text.length }, findHits([text], sought)),
    [text, sought],
  );
  return <Marked pieces={pieces} />;
}
