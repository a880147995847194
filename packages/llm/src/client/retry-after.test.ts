import { describe, expect, it } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.UTC(1994, 10, 6, 8, 49, 7);

describe("what a server asks to wait", () => {
  it.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": " 0 " }, 0],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
    [{ "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" }, 30_000],
    [{ "retry-after": "Sunday, 06-Nov-94 08:49:37 GMT" }, 30_000],
    [{ "retry-after": "Sun Nov  6 08:49:37 1994" }, 30_000],
    [{ "retry-after": "Sun, 06 Nov 1994 08:00:00 GMT" }, 0],
    // The server's clock is an hour behind: it is the server's time that counts.
    [{ "retry-after": "Sun, 06 Nov 1994 07:49:37 GMT", date: "Sun, 06 Nov 1994 07:49:27 GMT" }, 10_000],
    [{}, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "Sun, 99 Nov 1994 08:49:37 GMT" }, undefined],
  ])("by %j is %s ms", (headers, milliseconds) => {
    expect(retryAfterMs(headers, now)).toBe(milliseconds);
  });
});
