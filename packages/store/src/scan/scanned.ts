import type { GzipMember } from "../log/index.ts";
import type { ScannedRows } from "../run-index/index.ts";
import type { Piece } from "./stretches.ts";

/** What a thread is told: to scan pieces that lie one behind the other in the log, and that a part has been taken from those it has sent. */
export type ScanOrder = { kind: "scan"; pieces: readonly Piece[] } | { kind: "taken" };

/** How far a segment has been scanned by it. */
export interface ScannedPiece {
  base: number;
  from: number;
  to: number;
  /** How many lines that was. */
  lines: number;
  /** CRC-32 of the bytes. */
  checksum: number;
  firstId: string | undefined;
  firstTime: number | undefined;
}

export type StretchEnd =
  /** With the table of a compressed segment's members. */
  | { kind: "end"; members: readonly GzipMember[] | undefined }
  /** Not all of it can be read line by line: whoever goes through the log in order is to take it. */
  | { kind: "refused" };

/** What a thread says, in this order for each stretch: its parts, then its end. */
export type ScanReply = { kind: "part"; pieces: ScannedPiece[]; rows: ScannedRows } | StretchEnd;
