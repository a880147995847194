import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanLog } from "../read/built-run.test.fixture.ts";
import { digitsAsText, isBeyondDouble } from "../schema/index.ts";
import { eventLineOf, parseEventLine, parseEventLineInDoubles } from "./parse-event-line.ts";

describe("a number as JSON writes it", () => {
  it.each([
    "9054686819491029395",
    "9007199254740993",
    "1e400",
    "-1e400",
    "1e-400",
    "0.1234567890123456789",
    "1E+999",
  ])("%s is beyond a double", (text) => expect(isBeyondDouble(text)).toBe(true));

  it.each([
    "0",
    "-0",
    "0.0",
    "1",
    "9007199254740992",
    "0.10000000000000001",
    "1e21",
    "1.0e5",
    "100e-2",
    "5e-324",
    "1e308",
    "1.5191679340496382e+15",
  ])("%s is not", (text) => expect(isBeyondDouble(text)).toBe(false));

  it("is none of those that a double is written with, in any number of digits from 17 on", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 17, max: 100 }),
        (value, digits) => {
          expect(isBeyondDouble(JSON.stringify(value))).toBe(false);
          expect(isBeyondDouble(value.toPrecision(digits).replace("+", ""))).toBe(false);
          expect(isBeyondDouble(value.toExponential())).toBe(false);
        },
      ),
    );
  });

  it("is any whole number that a double rounds", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 80n), 2n ** 80n), (value) => {
        const text = String(value);
        const isRounded =
          BigInt(Number(text)) !== value &&
          BigInt(
            JSON.stringify(Number(text))
              .replace(/e\+?.*/, "")
              .replace(".", ""),
          ) !== value;
        if (Number.isSafeInteger(Number(text))) expect(isBeyondDouble(text)).toBe(false);
        else if (!isRounded) return;
        else if (text.replace("-", "").replace(/0+$/, "").length > 17)
          expect(isBeyondDouble(text)).toBe(true);
      }),
    );
  });
});

describe("numbers beyond a double", () => {
  const state = cleanLog().find(({ event_type }) => event_type === "STATE");
  const line = (value: string): string =>
    JSON.stringify({ ...state, new_value: "VALUE", details: { note: "12345678901234567890 \\" } }).replace(
      '"VALUE"',
      value,
    );

  it("are the text of their digits in an event, and the nearest in one that is counted with", () => {
    const text = line('{"a":[9054686819491029395,1.5,1e400]}');
    expect(parseEventLine(text)).toMatchObject({
      event: {
        new_value: { a: ["9054686819491029395", 1.5, "1e400"] },
        details: { note: "12345678901234567890 \\" },
      },
    });
    expect(parseEventLineInDoubles(text)).toMatchObject({
      event: { new_value: { a: [Number("9054686819491029395"), 1.5, Number.POSITIVE_INFINITY] } },
    });
  });

  it("keep their digits where a line of another dialect is written anew", () => {
    const python = JSON.stringify({
      ...state,
      event_type: "ENV",
      timestamp: "2026-11-25T10:00:00+00:00",
      variable_name: undefined,
      details: { variable_name: "x", old_value: "OLD", new_value: "9054686819491029395" },
    }).replace('"OLD"', "9054686819491029395");
    const written = eventLineOf(Buffer.from(python))?.toString() ?? "";
    expect(written).toContain('"old_value":9054686819491029395');
    expect(written).toContain('"new_value":"9054686819491029395"');
  });

  it("are told from text of any length, and beside it", () => {
    const long = "x".repeat(12 * 1024 * 1024);
    const text = JSON.stringify({ ...state, new_value: 0.12345678901234568, details: { long } });
    for (const parsed of [parseEventLine(text), parseEventLineInDoubles(text)])
      expect(parsed.ok && parsed.event).toMatchObject({ new_value: 0.12345678901234568 });
    const digits = text.replace("0.12345678901234568", "9054686819491029395");
    expect(parseEventLine(digits)).toMatchObject({ event: { new_value: "9054686819491029395" } });
  });

  it("are told in a moment, however many zeros they have before their last digit", () => {
    const [fraction, whole] = [`1.${"0".repeat(400_000)}1`, `1${"0".repeat(300)}1e-${"0".repeat(400_000)}1`];
    expect(parseEventLine(line(fraction))).toMatchObject({ event: { new_value: fraction } });
    expect(parseEventLine(line(whole))).toMatchObject({ ok: true });
  });

  it("are told from text in any document", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(digitsAsText(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
