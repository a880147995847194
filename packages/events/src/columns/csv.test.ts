import { describe, expect, it } from "vitest";
import { csvRecord } from "./csv.ts";

describe("a CSV record", () => {
  it("quotes what needs it, as RFC 4180 says", () => {
    expect(csvRecord(["plain", 'says "no"', "a,b", "two\nlines", " padded"])).toBe(
      'plain,"says ""no""","a,b","two\nlines"," padded"',
    );
  });

  it("holds what the log holds, also where a spreadsheet would take it for a formula", () => {
    expect(csvRecord(["=cmd()", "@bob", "- sell", -1])).toBe("=cmd(),@bob,- sell,-1");
  });

  it("tells an empty text from no value", () => {
    expect(csvRecord(["", null, undefined])).toBe('"",,');
  });

  it("writes numbers, truth values, lists and objects as JSON", () => {
    expect(csvRecord([0.1, true, [1, 2], { a: "b" }])).toBe('0.1,true,"[1,2]","{""a"":""b""}"');
  });
});
