import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { gzipMembers } from "../testing/write-run.ts";
import { DamagedText, GzipBytes } from "./gzip-bytes.ts";
import { InflatedMembers } from "./inflated-members.ts";

async function textOf(bytes: GzipBytes, offset = 0): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of bytes.chunks(offset)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe("a compressed segment", () => {
  it("is read from any place on, and by any range, across its members", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "segment.gz");
      const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ${"x".repeat(index)}\n`);
      const text = Buffer.from(lines.join(""));
      writeFileSync(path, gzipMembers(lines, 13));
      await fc.assert(
        fc.asyncProperty(fc.nat(text.length - 1), fc.nat(5000), async (offset, length) => {
          const bytes = new GzipBytes(path);
          expect((await textOf(bytes, offset)).equals(text.subarray(offset))).toBe(true);
          const end = Math.min(text.length, offset + length);
          expect(bytes.read(offset, end - offset).equals(text.subarray(offset, end))).toBe(true);
          // With the table of members nothing has to be walked.
          const again = new GzipBytes(path, bytes.members);
          expect(again.read(offset, end - offset).equals(text.subarray(offset, end))).toBe(true);
          bytes.close();
          again.close();
        }),
        { numRuns: 30 },
      );
    });
  });

  it("holds of what was inflated no more than all of a thread may together, however many there are", async () => {
    await inTemporaryDirectory(async (directory) => {
      const MEMBER = 64 * 1024;
      const cache = new InflatedMembers(5 * MEMBER);
      const texts = Array.from({ length: 20 }, (_, number) =>
        Buffer.alloc(2 * MEMBER, `segment ${number}\n`),
      );
      const segments = texts.map((text, number) => {
        const path = join(directory, `${number}.gz`);
        writeFileSync(path, Buffer.concat([0, MEMBER].map((at) => gzipSync(text.subarray(at, at + MEMBER)))));
        return new GzipBytes(path, undefined, cache);
      });
      for (const segment of segments) await segment.prepare();
      const held = () => segments.reduce((sum, segment) => sum + segment.inflated, 0);
      fc.assert(
        fc.property(
          fc.nat(segments.length - 1),
          fc.nat(2 * MEMBER - 1),
          fc.nat(MEMBER),
          (number, offset, length) => {
            const end = Math.min(2 * MEMBER, offset + length);
            const [segment, text] = [segments[number], texts[number]];
            if (end > offset)
              expect(
                segment?.read(offset, end - offset).equals(text?.subarray(offset, end) ?? Buffer.alloc(0)),
              ).toBe(true);
            expect(held()).toBeLessThanOrEqual(5 * MEMBER);
          },
        ),
      );
      expect(held()).toBe(5 * MEMBER);
      for (const segment of segments) segment.close();
      expect(held()).toBe(0);
    });
  });

  it("that is one vast member is read from a temporary file", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "segment.gz");
      const text = Buffer.alloc(40 * 1024 * 1024, "0123456789abcdef\n");
      writeFileSync(path, gzipSync(text, { level: 1 }));
      const bytes = new GzipBytes(path);
      await bytes.prepare();
      expect(bytes.members).toBeUndefined();
      for (const offset of [0, 1_000_003, text.length - 50]) {
        expect(bytes.read(offset, 50).equals(text.subarray(offset, offset + 50))).toBe(true);
      }
      expect(bytes.held).toBeLessThan(1_000_000);
      bytes.close();
    });
  });

  it("that is damaged in the middle goes on at the next member, and says where text is missing", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "segment.gz");
      const lines = Array.from({ length: 100 }, (_, index) => `line ${index} ${"x".repeat(index * 7)}\n`);
      const file = gzipMembers(lines, 10);
      file[Math.floor(file.length / 2)] = (file[Math.floor(file.length / 2)] ?? 0) ^ 0x10;
      writeFileSync(path, file);
      const bytes = new GzipBytes(path);
      let text = "";
      const add = async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) text += chunk.toString();
      };
      const damage = await add(bytes.chunks(0)).catch((error: unknown) => error);
      if (!(damage instanceof DamagedText)) throw damage;
      expect(damage.at).toBe(text.length);
      await add(bytes.chunks(damage.at, damage.passed));
      expect(text.split("\n").filter((line) => lines.includes(`${line}\n`)).length).toBeGreaterThanOrEqual(
        89,
      );
      bytes.close();
    });
  });

  it("that is damaged gives what comes before, and then says so", async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, "segment.gz");
      const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
      writeFileSync(path, gzipMembers(lines, 10));
      truncateSync(path, readFileSync(path).length - 3);
      const bytes = new GzipBytes(path);
      let text = "";
      const reading = (async () => {
        for await (const chunk of bytes.chunks(0)) text += chunk.toString();
      })();
      await expect(reading).rejects.toMatchObject({ name: "DamagedText" });
      expect(text).toBe(lines.join("")); // the text is there, though its checksum is not
      expect(bytes.read(0, 7).toString()).toBe("line 0\n");
      bytes.close();
    });
  });
});
