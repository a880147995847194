export { findHits, type Hit, type Hits, type Piece, piecesOf } from "./find-hits.ts";
export { type ChangedPiece, type FoldedPiece, foldedChanges } from "./folded-changes.ts";
export { isReadAtAGlance } from "./is-read-at-a-glance.ts";
export { shownLink } from "./shown-link.ts";
export { type Chunk, chunksOf, foldedStretch, isWhole, type Stretch, showing, widened } from "./stretch.ts";
