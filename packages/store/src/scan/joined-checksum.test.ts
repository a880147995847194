import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { joinedChecksum } from "./joined-checksum.ts";

it("is the checksum of the two texts as one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      expect(joinedChecksum(crc32(first), crc32(second), second.length)).toBe(whole);
    }),
  );
});

it("holds for long texts", () => {
  const zeros = Buffer.alloc(5_000_003);
  expect(joinedChecksum(crc32("begin"), crc32(zeros), zeros.length)).toBe(crc32(zeros, crc32("begin")));
});
