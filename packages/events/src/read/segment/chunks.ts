import type { FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** Bytes read at a time. Splitting only: 64 KB 1.3 GB/s, 256 KB 3.2, 1 MB 4.3, 4 MB 4.6 (cached file, Node 20). */
export const CHUNK_BYTES = 1024 * 1024;

/**
 * A plain file from `offset` on. The next chunk is read while one is worked on; two buffers take turns, so that a
 * chunk is valid until the one after is asked for.
 */
export async function* plainChunks(
  file: FileHandle,
  offset: number,
  chunkBytes: number,
): AsyncGenerator<Buffer> {
  let position = offset;
  let [filling, idle] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  let reading = file.read(filling, 0, chunkBytes, position);
  try {
    for (;;) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      position += bytesRead;
      [filling, idle] = [idle, filling];
      reading = file.read(filling, 0, chunkBytes, position);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // The file may be closed only after the read in flight, whatever comes of it.
    await reading.catch(() => undefined);
  }
}

/** What a gzip file of one or many members holds, from byte `offset` of the uncompressed text on. */
export async function* gzipChunks(
  file: FileHandle,
  offset: number,
  chunkBytes: number,
): AsyncGenerator<Buffer> {
  if ((await file.stat()).size === 0) return; // no gzip, but nothing is missing
  const source = file.createReadStream({ autoClose: false, start: 0, highWaterMark: chunkBytes });
  const gunzip = createGunzip({ chunkSize: Math.max(64, chunkBytes) });
  pipeline(source, gunzip, () => undefined); // a failure comes out of the loop below
  let skip = offset;
  for await (const chunk of gunzip) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (skip < chunk.length) yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = Math.max(0, skip - chunk.length);
  }
}
