import fc from "fast-check";
import { expect, it } from "vitest";
import { pageBytes } from "./page-body.ts";

it("is the page as JSON", () => {
  const line = fc
    .record({ value: fc.json(), padding: fc.nat(20_000) })
    .map(({ value, padding }) => `{"v":${value},"p":"${"ü".repeat(padding)}"}`);
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.nat(),
      fc.option(fc.string(), { nil: undefined }),
      (lines, total, next_cursor) => {
        const has_more = next_cursor !== undefined;
        const sent = pageBytes({
          lines: lines.map((one) => Buffer.from(one)),
          total,
          has_more,
          ...(has_more && { next_cursor }),
          events: () => [],
          complete: true,
          gaps: [],
        });
        expect(JSON.parse(Buffer.from(sent).toString())).toEqual({
          events: lines.map((one) => JSON.parse(one)),
          total,
          has_more,
          next_cursor: next_cursor ?? null,
          complete: true,
          gaps: [],
        });
      },
    ),
    { numRuns: 60 },
  );
});
