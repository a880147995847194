import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { takeJson, takeText } from "./index.ts";
import { readJson } from "./json-text.ts";

const offer = z.object({ price: z.number(), say: z.string().optional() });
const take = (text: string, finish_reason?: string) => takeJson({ text, finish_reason }, offer);

describe("an answer asked for as JSON", () => {
  it.each([
    ['{"price": 3}', []],
    ['\n {"price": 3}\n', []],
    ['\uFEFF{"price": 3}', []],
    ['```json\n{"price": 3}\n```', ["fenced"]],
    ['```\n{"price": 3}```', ["fenced"]],
    ['```json {"price": 3} ```', ["fenced"]],
    ['~~~\n{"price": 3}\n~~~', ["prose"]],
    ['<think>Perhaps {"price": 9}?</think>\n{"price": 3}', ["thinking"]],
    ['<THINKING>\n```json\n{"price": 9}\n```\n</THINKING>{"price": 3}', ["thinking"]],
    ['Perhaps {"price": 9}, or {"price": \n</think>{"price": 3}', ["thinking"]],
    ['<think></think><think>{"price": 9}</think>{"price": 3}', ["thinking"]],
    ['Well. <think>{"price": 9}</think> So: {"price": 3}', ["thinking", "prose"]],
    ['Here you are: {"price": 3}. Anything else?', ["prose"]],
    ['Sure!\n```json\n{"price": 3}\n```\nI hope this {helps} [1]!', ["fenced", "prose", "other_json"]],
    ['As of [2026-11-26] [2 of 3] {I think}: {"price": 3}', ["prose"]],
    ['{"price": 3}\n{"price": 3.0}', ["other_json"]],
    ['{"note": "first"} {"price": 3}', ["other_json"]],
  ])("%j is taken, and marked", (text, marks) => {
    expect(take(text)).toEqual({ ok: true, value: { price: 3 }, marks });
  });

  it("keeps what looks like a dressing within a string", () => {
    const say = '</think>```json\n{"price": 9}\n```<think> \\" }';
    expect(take(`Well: ${JSON.stringify({ price: 3, say })}`)).toMatchObject({ value: { price: 3, say } });
  });

  it.each([
    ["", "empty_answer"],
    [" \n", "empty_answer"],
    ['<think>{"price": 9}</think>', "empty_answer"],
    ['<think>Let me see: {"price": 9}', "empty_answer"],
    ["Three.", "no_json"],
    ["{price: 3}", "no_json"],
    ['{"price": 3', "malformed_json"],
    ['{"price": 3,}', "malformed_json"],
    ['{"price": "3}', "malformed_json"],
    ["{\"price\": 3, 'say': 'no'}", "malformed_json"],
    ['{"offer": \'x\', "best": {"price": 3}}', "malformed_json"],
    ['[{"price": 3} and {"price": 4}]', "malformed_json"],
    ['[{"price": 3}', "malformed_json"],
    ['{"price": 1e} {"price": 3}', "malformed_json"],
    ['{"price": 3} or {"price": 4}', "ambiguous_answer"],
    ["3", "schema_violation"],
    ["```\n3\n```", "schema_violation"],
  ])("%j is not: %s", (text, error_type) => {
    expect(take(text)).toMatchObject({ ok: false, error_type });
  });

  it("says the first thing that does not fit, and where", () => {
    const schema = z.object({ offers: z.array(z.object({ "a/b": z.number() })) });
    expect(takeJson({ text: '{"offers": [{"a/b": "3"}]}' }, schema)).toEqual({
      ok: false,
      error_type: "schema_violation",
      message: "offers.0.a/b does not fit: Invalid input: expected number, received string",
      path: "/offers/0/a~1b",
      marks: [],
    });
    expect(take("3")).toMatchObject({
      path: "",
      message: "the answer does not fit: Invalid input: expected object, received number",
    });
  });

  it("says where JSON is not well formed", () => {
    expect(take('{"price": 3,}')).toMatchObject({ message: "the answer's JSON is not well formed at }" });
    expect(take('{"price": 3')).toMatchObject({ message: "the answer's JSON ends before it is complete" });
  });

  it("that was cut off is taken where the JSON was over by then", () => {
    expect(take('{"price": 3', "length")).toMatchObject({ error_type: "truncated" });
    expect(take("So", "length")).toMatchObject({ error_type: "truncated" });
    expect(take("", "length")).toMatchObject({ error_type: "truncated" });
    expect(take("[1] is what", "length")).toMatchObject({ error_type: "truncated" });
    expect(take('<think>{"price": 3}', "length")).toMatchObject({ error_type: "truncated" });
    expect(takeJson({ text: "12", finish_reason: "length" }, z.number())).toMatchObject({ ok: false });
    expect(take('{"price": 3} This price', "length")).toEqual({
      ok: true,
      value: { price: 3 },
      marks: ["prose", "cut_off"],
    });
  });

  it("that was refused is not taken, whatever it says", () => {
    expect(take('{"price": 3}', "content-filter")).toMatchObject({ error_type: "refused" });
    expect(take("I can't.", "content-filter")).toMatchObject({
      message: "the model declined to answer: I can't.",
    });
  });

  it("does not fit where a check of the schema fails on it", () => {
    const hasty = z.unknown().refine(() => {
      throw new Error("not this");
    });
    expect(takeJson({ text: "{}" }, hasty)).toMatchObject({ message: "the answer does not fit: not this" });
  });
});

const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.stringify(value));
const container = json.filter((text) => /^[[{]/.test(text));
/** Whatever is said without brackets, fences and tags. */
const prose = fc
  .string({ unit: "grapheme" })
  .map((text) => text.replaceAll(/[[\]{}`<"]/g, " "))
  .filter((text) => Number.isNaN(Number(text.trim() || "x")));
const thinking = fc
  .tuple(
    fc.constantFrom("<think>", "<thinking>", "<Think>", "<seed:think>", "[THINK]", "◁think▷"),
    fc.oneof(fc.string(), json, prose),
  )
  .map(([tag, text]) => `${tag}${text.replaceAll("/", "|")}${tag[0]}/${tag.slice(1)}`);
const fenced = fc
  .tuple(fc.constantFrom("json", "JSON", "", "js"), fc.constantFrom("\n", "\r\n", " "), json)
  .map(([language, space, text]) => ({ text, dressed: `\`\`\`${language}${space}${text}${space}\`\`\`` }));
const dressings = fc.oneof(
  fc
    .tuple(prose, fenced, prose)
    .map(([a, { text, dressed }, b]) => ({ text, dressed: `${a}\n${dressed}\n${b}` })),
  fc.tuple(prose, container, prose).map(([a, text, b]) => ({ text, dressed: a + text + b })),
  json.map((text) => ({ text, dressed: text })),
);
const dressed = fc.oneof(
  dressings,
  fc.tuple(thinking, dressings).map(([thought, one]) => ({ ...one, dressed: `${thought}\n${one.dressed}` })),
  // Where only the end of the thinking is in the answer.
  fc
    .tuple(fc.oneof(prose, json), dressings)
    .map(([thought, one]) => ({ ...one, dressed: `So ${thought} </think>${one.dressed}` })),
);

describe("any JSON value", () => {
  it("comes out of any dressing again, exactly", () => {
    fc.assert(
      fc.property(dressed, ({ text, dressed: answer }) => {
        const taken = takeJson({ text: answer }, z.unknown());
        expect(taken).toMatchObject({ ok: true });
        expect(JSON.stringify(taken.ok && taken.value)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("is never taken out of the thinking", () => {
    fc.assert(
      fc.property(thinking, prose, (thought, rest) => {
        expect(takeJson({ text: thought + rest }, z.unknown()).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it("is found just where JSON.parse finds one", () => {
    const texts = fc.oneof(
      json,
      fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0a1e-.+ tf\n')) }),
      fc.tuple(json, fc.nat(), fc.string({ maxLength: 1 })).map(([text, at, letter]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + letter + text.slice(place + 1);
      }),
    );
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(texts, (text) => {
        const reading = readJson(text, 0);
        const whole = reading.ok && text.slice(reading.end).replaceAll(/[\t\n\r ]/g, "") === "";
        expect(whole).toBe(isJson(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("any text", () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        "<think>",
        "</think>",
        "```",
        "```json\n",
        "{",
        "}",
        "[",
        "]",
        '"',
        '{"a":',
        ",",
        "1",
        "\\",
      ),
      json,
      fc.string({ unit: "binary" }),
    ),
  );

  it("is taken apart without an error thrown, and nothing is taken that was not written", () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom("stop", "length", "content-filter"), (parts, finish_reason) => {
        const text = parts.join("");
        const taken = takeJson({ text, finish_reason }, z.unknown());
        expect(taken.ok || taken.message).toBeTruthy();
        takeText({ text, finish_reason });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "[",
    "{",
    '{"a":',
    "<think>",
    "```",
    '["',
    "[1,",
    "[{",
    "</think>",
    "{}",
    "<think>{",
    "```json\n",
  ])("of very many %j takes a time that grows with its length", (piece) => {
    const started = process.cpuUsage();
    takeJson({ text: piece.repeat(50_000) }, offer);
    takeJson({ text: `${piece.repeat(50_000)} ${"]".repeat(50_000)}` }, offer);
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });

  it("nested very deeply is no stack's end", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(takeJson({ text: deep }, z.json())).toMatchObject({ ok: false, error_type: "schema_violation" });
    expect(take(`{"price": 1, "say": "${"x".repeat(5_000_000)}"}`)).toMatchObject({ ok: true });
  });
});

describe("an answer asked for as text", () => {
  it.each([
    ["Three.", undefined, { ok: true, value: "Three.", marks: [] }],
    ["<think>Four?</think>\n\nThree. [1]\n", "stop", { ok: true, value: "Three. [1]", marks: ["thinking"] }],
    ["Four? </think> Three.", "stop", { ok: true, value: "Three.", marks: ["thinking"] }],
    [
      'Say "<b>" {"a": <think>x</think> }',
      "stop",
      { ok: true, value: 'Say "<b>" {"a":  }', marks: ["thinking"] },
    ],
  ])("%j is what was said, without the thinking", (text, finish_reason, taken) => {
    expect(takeText({ text, finish_reason })).toEqual(taken);
  });

  it.each([
    ["<think>Four?", "stop", "empty_answer"],
    ["", undefined, "empty_answer"],
    ["Three", "length", "truncated"],
    ["No.", "content-filter", "refused"],
  ])("%j (%s) is none: %s", (text, finish_reason, error_type) => {
    expect(takeText({ text, finish_reason })).toMatchObject({ ok: false, error_type });
  });
});
