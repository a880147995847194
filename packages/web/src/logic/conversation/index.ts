export {
  conversationOf,
  conversationText,
  type Item,
  isLost,
  isRepeated,
  type Part,
  partsOf,
  type Repeated,
  type Speaker,
  sinceLastQuestion,
  speakerLabel,
} from "./conversation.ts";
export { findHits, type Hit, type Hits, type Piece, piecesOf } from "./find-hits.ts";
export { type Chunk, chunksOf, foldedStretch, isWhole, type Stretch, showing, widened } from "./stretch.ts";
