import { join } from "node:path";
import { type ClosedSegment, SEGMENTS_FILE, segmentListText } from "../layout/index.ts";
import { type Disk, readText, replaceFile, writeWhole } from "./disk.ts";

/**
 * Keeps `segments.jsonl`: a line more for each segment that is closed. It is a help to readers and never the truth: what the disk refuses
 * of it holds nothing up, and is made good later.
 */
export class SegmentList {
  readonly #disk: Disk;
  readonly #path: string;
  #segments: ClosedSegment[];
  #file: number | undefined;
  /** Bytes of the file that are known to be right; `undefined` where it has to be looked at as a whole. */
  #bytes: number | undefined;
  /** What stands behind them once all is written. */
  #waiting = "";

  /** @param segments those that there are: the file is made to list them */
  constructor(disk: Disk, directory: string, segments: readonly ClosedSegment[]) {
    this.#disk = disk;
    this.#path = join(directory, SEGMENTS_FILE);
    this.#segments = [...segments];
  }

  get segments(): readonly ClosedSegment[] {
    return this.#segments;
  }

  /** Whether the file says less, or other, than it should. */
  get isStale(): boolean {
    return this.#bytes === undefined || this.#waiting !== "";
  }

  add(segment: ClosedSegment): void {
    this.#waiting += segmentListText([segment], this.#segments.length === 0);
    this.#segments.push(segment);
  }

  /** Takes out those that are gone. */
  keep(isThere: (segment: ClosedSegment) => boolean): void {
    this.#segments = this.#segments.filter(isThere);
    this.forget();
  }

  /** The file may have come to harm: it is looked at as a whole. */
  forget(): void {
    this.close();
    this.#bytes = undefined;
  }

  /** Looks whether the file is as it was left. */
  look(): void {
    if (this.#bytes === undefined) return;
    const size = this.#disk.stat(this.#path)?.size ?? 0;
    if (size < this.#bytes) this.forget();
  }

  /** Writes what is missing, as far as the disk takes it. @returns whether it did */
  settle(): boolean {
    try {
      if (this.#bytes === undefined) this.#writeAll();
      else this.#append(this.#bytes);
      return true;
    } catch {
      this.forget();
      return false;
    }
  }

  #writeAll(): void {
    const text = segmentListText(this.#segments, true);
    if (text === "") this.#disk.remove(this.#path);
    else if (this.#textNow() !== text) replaceFile(this.#disk, this.#path, text, false);
    this.#bytes = Buffer.byteLength(text);
    this.#waiting = "";
  }

  #textNow(): string | undefined {
    try {
      return readText(this.#disk, this.#path);
    } catch {
      return undefined; // something that is no file: another takes its place
    }
  }

  #append(at: number): void {
    if (this.#waiting === "") return;
    this.#file ??= this.#disk.open(this.#path);
    const bytes = Buffer.from(this.#waiting);
    writeWhole(this.#disk, this.#file, bytes, at);
    this.#bytes = at + bytes.length;
    this.#waiting = "";
  }

  close(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    this.#disk.close(file);
  }
}
