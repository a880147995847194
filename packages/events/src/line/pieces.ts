import { asBuffer } from "./as-buffer.ts";

const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Part of a line: what may be an event, or a stretch of zeros. */
export interface Piece {
  bytes: Uint8Array;
  /** Where it begins in its segment. */
  offset: number;
  /** Where it is zeros, as a crash leaves them: what there is to say of them. */
  zeros: string | undefined;
}

/**
 * What a line holds: itself without its carriage return and a segment's UTF-8 mark, nothing where it is blank. No JSON has
 * a zero byte in it, so that zeros part a line: what stands before and behind them is read, and they are one piece.
 *
 * @param bytes the line without its newline
 * @param offset where it begins in its segment
 * @param mayHaveZeros `false` where it is known that it has none
 */
export function piecesOf(bytes: Uint8Array, offset: number, mayHaveZeros = true): Piece[] {
  const line = asBuffer(bytes);
  const from = offset === 0 && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const to = line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
  const pieces: Piece[] = [];
  let start = from;
  while (start < to) {
    const zero = mayHaveZeros ? line.indexOf(0, start) : -1;
    const end = zero === -1 || zero > to ? to : zero;
    const piece = line.subarray(start, end);
    if (!isBlank(piece)) pieces.push({ bytes: piece, offset: offset + start, zeros: undefined });
    start = end;
    while (start < to && line[start] === 0) start++;
    if (start > end) {
      const count = start - end;
      const zeros = `${count} zero byte${count === 1 ? "" : "s"}`;
      pieces.push({ bytes: line.subarray(end, start), offset: offset + end, zeros });
    }
  }
  return pieces;
}

/** Whatever else is below a space is a line that says something wrong. */
function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  return true;
}

/** Why nothing of such a segment is read. */
export const UTF_16 = "the file is UTF-16; save it as UTF-8";

/** Whether a segment's first bytes, four or all there are, are of UTF-16: by its mark, or as `{"` in two bytes each. */
export function isUtf16(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  return (a === 0x7b && b === 0 && c === 0x22 && d === 0) || (a === 0 && b === 0x7b && c === 0 && d === 0x22);
}
