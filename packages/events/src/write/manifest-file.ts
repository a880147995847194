import { dirname, join } from "node:path";
import { MANIFEST_FILE, MANIFEST_SPARE_FILE } from "../layout/index.ts";
import type { RunManifest } from "../run/index.ts";
import { type Disk, replaceFile, writeWhole } from "./disk.ts";

// More than an end adds: status, time, counts, what was lost.
const SPARE_BYTES = 4096;

/**
 * Writes run.json. A file of the same size stands by, so that a disk that is full at the end of a run, of all moments, takes the
 * news of it all the same: it is written over, which needs no room, and renamed.
 */
export class ManifestFile {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #spare: string;
  readonly #sync: boolean;
  #spareBytes = 0;

  constructor(disk: Disk, directory: string, sync: boolean) {
    this.#disk = disk;
    this.#path = join(directory, MANIFEST_FILE);
    this.#spare = join(directory, MANIFEST_SPARE_FILE);
    this.#sync = sync;
  }

  /** Writes it while the run goes on. */
  write(manifest: RunManifest): void {
    const text = textOf(manifest);
    replaceFile(this.#disk, this.#path, text, this.#sync);
    const bytes = Buffer.byteLength(text) + SPARE_BYTES;
    if (this.#spareBytes < bytes) this.#keepRoom(bytes);
  }

  /** The directory was emptied: the room that was kept is gone. */
  forget(): void {
    this.#spareBytes = 0;
  }

  /** Writes it for the last time. */
  finish(manifest: RunManifest): void {
    const text = textOf(manifest);
    try {
      replaceFile(this.#disk, this.#path, text, this.#sync);
    } catch (error) {
      if (!this.#writeOver(text)) throw error;
      return;
    }
    this.#disk.remove(this.#spare);
  }

  #keepRoom(bytes: number): void {
    try {
      const file = this.#disk.open(this.#spare);
      try {
        writeWhole(this.#disk, file, Buffer.alloc(bytes, " "), 0);
      } finally {
        this.#disk.close(file);
      }
      this.#spareBytes = bytes;
    } catch {
      // Then the end has to find room by itself.
    }
  }

  /** @returns whether there was room to write over */
  #writeOver(text: string): boolean {
    const bytes = Buffer.from(text);
    if (!this.#disk.exists(this.#spare)) return false;
    const file = this.#disk.open(this.#spare);
    try {
      if (this.#disk.size(file) < bytes.length) return false;
      writeWhole(this.#disk, file, bytes, 0);
      this.#disk.truncate(file, bytes.length);
      if (this.#sync) this.#disk.sync(file);
    } finally {
      this.#disk.close(file);
    }
    this.#disk.rename(this.#spare, this.#path);
    if (this.#sync) this.#disk.syncDirectory(dirname(this.#path));
    return true;
  }
}

function textOf(manifest: RunManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
