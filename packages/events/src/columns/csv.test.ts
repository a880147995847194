import { describe, expect, it } from "vitest";
import { csvRecord } from "./csv.ts";

describe("a CSV record", () => {
  it("quotes what needs it, as RFC 4180 says", () => {
    expect(csvRecord(["plain", 'says "no"', "a,b", "two\nlines", " padded"])).toBe(
      'plain,"says ""no""","a,b","two\nlines"," padded"',
    );
  });

  it("has an apostrophe before a text that a spreadsheet would take for a formula, and before nothing else", () => {
    expect(csvRecord(["=cmd()", "@bob", "- sell", "+1+cmd|' /C calc'!A0"])).toBe(
      "'=cmd(),'@bob,'- sell,'+1+cmd|' /C calc'!A0",
    );
    expect(csvRecord(["\t=1", "\r=1", " =1", "\n-1+2", "\ufeff@x", "＝1+1", '=A1,"x"'])).toBe(
      `'\t=1,"'\r=1",' =1,"'\n-1+2",'\ufeff@x,'＝1+1,"'=A1,""x"""`,
    );
    const harmless = [-1, 1e-7, "-1", "+1.5e3", "a=b", "bob@x", "2-1", "'", [-1], { "=a": 1 }];
    expect(csvRecord(harmless)).toBe(`-1,1e-7,-1,+1.5e3,a=b,bob@x,2-1,',[-1],"{""=a"":1}"`);
  });

  it("tells an empty text from no value", () => {
    expect(csvRecord(["", null, undefined])).toBe('"",,');
  });

  it("writes numbers, truth values, lists and objects as JSON", () => {
    expect(csvRecord([0.1, true, [1, 2], { a: "b" }])).toBe('0.1,true,"[1,2]","{""a"":""b""}"');
  });
});
