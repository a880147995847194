import type { GzipMember } from "../log/index.ts";
import { type IntakeState, LineIntake, RunIndex, type ScannedRows, scannedRows } from "../run-index/index.ts";
import type { ScannedPiece, StretchEnd } from "./scanned.ts";
import type { Piece } from "./stretches.ts";
import { NoLines, wholeLines } from "./whole-lines.ts";

/** Past so many rows a part is handed over: with those of the lines that are read at a time (a megabyte, no event is below 86 bytes) it has at most PART_ROWS. */
const MOST_ROWS = 250_000;

/** Room is made for so many more than the lines before let one expect. */
const ROOM = 1.03;

/**
 * Scans pieces of a log that lie one behind the other into parts of an index, each as if there were nothing before it.
 *
 * @param handOver is given a part, and waited for
 * @param mostRows of a part, give or take what is read at a time
 */
export async function scanStretch(
  pieces: readonly Piece[],
  handOver: (pieces: ScannedPiece[], rows: ScannedRows) => Promise<void>,
  mostRows = MOST_ROWS,
): Promise<StretchEnd> {
  let members: readonly GzipMember[] | undefined;
  let part = new PartBegun(pieces, mostRows);
  const handOverPart = async (): Promise<void> => {
    const rows = scannedRows(part.index);
    if (rows === undefined) throw new NoLines("a cause comes behind its effect");
    await handOver(part.pieces(), rows);
  };
  const foundMembers = (found: readonly GzipMember[]): void => {
    members = found;
  };
  try {
    for (const piece of pieces) {
      let state = part.begin(piece, piece.from);
      for await (const lines of wholeLines(piece, foundMembers)) {
        part.take(state, lines);
        if (part.index.rows < part.enough) continue;
        await handOverPart();
        part = new PartBegun(pieces, mostRows);
        state = part.begin(piece, state.taken);
      }
    }
    await handOverPart();
    return { kind: "end", members };
  } catch {
    return { kind: "refused" }; // what is the matter is found out by who reads it in order
  }
}

class PartBegun {
  readonly index = new RunIndex();
  readonly #intake = new LineIntake(this.index);
  readonly #pieces: { from: number; state: IntakeState }[] = [];
  /** Bytes of the stretch, where they are known. */
  readonly #bytes: number;
  /** With so many rows it is handed over. */
  enough: number;
  #isPlanned = false;

  constructor(pieces: readonly Piece[], mostRows: number) {
    this.enough = mostRows;
    this.#bytes = pieces.reduce((sum, { from, to = from }) => sum + to - from, 0);
  }

  begin({ file, base }: Piece, from: number): IntakeState {
    const state: IntakeState = {
      file,
      base,
      taken: from,
      line: 1,
      isOpen: false,
      checksum: 0,
      firstId: undefined,
      firstTime: undefined,
    };
    this.#pieces.push({ from, state });
    return state;
  }

  /** Events or not; throws `NoLines` where they are no lines at all. */
  take(state: IntakeState, lines: Buffer): void {
    const end = state.taken + lines.length;
    this.#intake.takeAll(state, lines);
    if (!this.#isPlanned) this.#plan(lines.length);
    if (state.taken !== end || state.checksum === undefined)
      throw new NoLines("they are not read line by line");
  }

  /**
   * What does not go into one part goes into several alike: none is small.
   *
   * @param bytes that have been taken
   */
  #plan(bytes: number): void {
    this.#isPlanned = true;
    const expected = (this.index.rows / bytes) * this.#bytes * ROOM;
    if (expected <= this.index.rows) return;
    this.enough = Math.ceil(expected / Math.ceil(expected / this.enough));
    this.index.reserve(Math.ceil(Math.min(expected, this.enough)) - this.index.rows);
  }

  pieces(): ScannedPiece[] {
    return this.#pieces.map(({ from, state }) => ({
      base: state.base,
      from,
      to: state.taken,
      lines: state.line - 1,
      checksum: state.checksum ?? 0,
      firstId: state.firstId,
      firstTime: state.firstTime,
    }));
  }
}
