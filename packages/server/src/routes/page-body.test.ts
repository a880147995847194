import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { pageBody } from "./page-body.ts";

it("is the page as JSON, of the length it says, joined or in pieces", async () => {
  const line = fc
    .record({ value: fc.json(), padding: fc.nat(200_000) })
    .map(({ value, padding }) => `{"v":${value},"p":"${"p".repeat(padding)}"}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.nat(),
      fc.option(fc.string(), { nil: undefined }),
      async (lines, total, next_cursor) => {
        const has_more = next_cursor !== undefined;
        const { body, length } = pageBody({
          lines: lines.map((one) => Buffer.from(one)),
          total,
          has_more,
          ...(has_more && { next_cursor }),
          events: () => [],
          complete: true,
          gaps: [],
        });
        const sent = body instanceof Readable ? await text(body) : body.toString();
        expect(JSON.parse(sent)).toEqual({
          events: lines.map((one) => JSON.parse(one)),
          total,
          has_more,
          next_cursor: next_cursor ?? null,
          complete: true,
          gaps: [],
        });
        expect(Buffer.byteLength(sent)).toBe(length);
      },
    ),
    { numRuns: 60 },
  );
});
