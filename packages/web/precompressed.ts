import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Smaller ones go out as they are, in bytes; as in the server's `compression/`. */
const THRESHOLD = 1400;
/** The slowest, which is 12 % smaller than 9, for what a page waits for; for the graph's layout, 1.6 MB, it would take 2 s of the build. */
const quality = (bytes: number) => (bytes < 600_000 ? 11 : 9);

/** Lays `.br` and `.gz` beside every file that is text, which the server sends to who accepts them. */
export function precompressed(): Plugin {
  let folder = "";
  return {
    name: "precompressed",
    apply: "build",
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      for (const name of files.filter((file) => /\.(js|css|html|svg|txt)$/.test(file))) {
        const file = join(folder, name);
        const content = readFileSync(file);
        if (content.length < THRESHOLD) continue;
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, {
            params: { [constants.BROTLI_PARAM_QUALITY]: quality(content.length) },
          }),
        );
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
