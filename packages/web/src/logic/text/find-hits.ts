import type { Stretch } from "./stretch.ts";

/** Where a text was found: in which of the texts, and where in it. */
export interface Hit extends Stretch {
  part: number;
}

export interface Hits {
  /** In order of the texts, then of their places. */
  hits: readonly Hit[];
  /** Whether there are more than are told. */
  hasMore: boolean;
}

/** More than anyone steps through; each is an element where it is in sight. */
const MOST = 5000;
const NONE: Hits = { hits: [], hasMore: false };

/** What a typed space stands for: white space, line breaks among it, and Markdown's emphasis, which nobody sees who reads it rendered. */
const BETWEEN_WORDS = "[*_~`]*\\s+[*_~`]*";

/** Finds what was typed, in whatever case. */
export function findHits(texts: readonly string[], typed: string, most = MOST): Hits {
  const words = typed.trim().split(/\s+/).map(escaped);
  if (words[0] === "") return NONE;
  const pattern = new RegExp(words.join(BETWEEN_WORDS), "giu");
  const hits: Hit[] = [];
  for (const [part, text] of texts.entries())
    for (const { index, 0: found } of text.matchAll(pattern)) {
      if (hits.length === most) return { hits, hasMore: true };
      hits.push({ part, from: index, to: index + found.length });
    }
  return { hits, hasMore: false };
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A piece of a text: what was found there, by its number among all hits, or what stands between. */
export interface Piece {
  text: string;
  hit?: number | undefined;
}

/** A stretch of one of the texts in pieces; a hit that reaches out of it is cut. */
export function piecesOf(text: string, part: number, { from, to }: Stretch, { hits }: Hits): Piece[] {
  const pieces: Piece[] = [];
  let at = from;
  for (let number = firstBehind(hits, part, from); number < hits.length; number++) {
    const hit = hits[number];
    if (!hit || hit.part !== part || hit.from >= to) break;
    if (hit.from > at) pieces.push({ text: text.slice(at, hit.from) });
    const end = Math.min(to, hit.to);
    pieces.push({ text: text.slice(Math.max(at, hit.from), end), hit: number });
    at = end;
  }
  if (at < to) pieces.push({ text: text.slice(at, to) });
  return pieces;
}

/** The number of the first hit that ends behind a place. */
function firstBehind(hits: readonly Hit[], part: number, place: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const hit = hits[middle];
    if (hit && (hit.part < part || (hit.part === part && hit.to <= place))) low = middle + 1;
    else high = middle;
  }
  return low;
}
