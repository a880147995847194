import type { GzipMember } from "../log/index.ts";
import { type IntakeState, LineIntake, RunIndex, type ScannedRows, scannedRows } from "../run-index/index.ts";
import type { ScannedPiece, StretchEnd } from "./scanned.ts";
import type { Piece } from "./stretches.ts";
import { NoLines, wholeLines } from "./whole-lines.ts";

/** Past so many rows a part is handed over: with those of the lines that are read at a time (a megabyte, no event is below 86 bytes) it has at most PART_ROWS. */
const ENOUGH_ROWS = 250_000;

/** Room is made for so many more than the lines before let one expect. */
const ROOM = 1.03;

/**
 * Scans pieces of a log that lie one behind the other into parts of an index, each as if there were nothing before it.
 *
 * @param handOver is given a part, and waited for
 */
export async function scanStretch(
  pieces: readonly Piece[],
  handOver: (pieces: ScannedPiece[], rows: ScannedRows) => Promise<void>,
): Promise<StretchEnd> {
  let members: readonly GzipMember[] | undefined;
  let part = new PartBegun(pieces);
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
        if (part.index.rows < ENOUGH_ROWS) continue;
        await handOverPart();
        part = new PartBegun(pieces);
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
  #hasRoom = false;

  constructor(pieces: readonly Piece[]) {
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
    if (!this.#hasRoom) this.#makeRoom(lines.length);
    if (state.taken !== end || state.checksum === undefined)
      throw new NoLines("they are not read line by line");
  }

  /** @param bytes that have been taken */
  #makeRoom(bytes: number): void {
    this.#hasRoom = true;
    const expected = (this.index.rows / bytes) * (this.#bytes - bytes) * ROOM;
    if (expected > 0) this.index.reserve(Math.ceil(Math.min(expected, ENOUGH_ROWS)));
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
