import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a file beside its place and renames it into it: it is there whole, or as it was. Throws the system's errors, having left nothing
 * behind.
 */
export async function writeBeside(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  const file = await open(temporary, "wx");
  try {
    for (const piece of pieces)
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
