import type { CallAnswer, CallMessage } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chunksOf,
  conversationOf,
  conversationText,
  findHits,
  foldedStretch,
  isWhole,
  partsOf,
  piecesOf,
  showing,
  sinceLastQuestion,
  widened,
} from "./index.ts";

const HASH = `sha256:${"0".repeat(64)}`;
const spoken = (
  at: number,
  role: "system" | "user" | "assistant" | "tool",
  content: string,
): CallMessage => ({
  item: "message",
  at,
  hash: HASH,
  role,
  content,
});

function answer(messages: CallMessage[], said: Partial<CallAnswer> = {}): CallAnswer {
  const id = "01JD00000000000000000000A1";
  const call = {
    event_id: id,
    timestamp: "2026-11-23T07:15:00.000000Z",
    turn: 3,
    actor: "agent",
    purpose: "decide",
    ordinal: 0,
    attempt: 1,
    call: "agent alice/3/decide/0#1",
    model: "m",
    status: "success",
    outcome: "response",
    latency_ms: 1,
  } as const;
  const event = {
    event_id: id,
    timestamp: call.timestamp,
    turn_number: 3,
    simulation_id: "run",
    event_type: "SYSTEM",
    status: "success",
  } as const;
  return {
    simulation_id: "run",
    event_id: id,
    call,
    event,
    attempts: [call],
    tape: "texts",
    complete: true,
    gaps: [],
    messages,
    ...said,
  };
}

describe("a conversation", () => {
  const delta = answer(
    [
      { item: "same", at: 0, from: 0, to: 1 },
      { item: "same", at: 1, from: 2, to: 3 },
      spoken(2, "user", "And now?"),
    ],
    { text: "<think>hm</think>\n{}" },
  );
  const whole = answer([
    spoken(0, "system", "Rules"),
    spoken(1, "user", "Before?"),
    spoken(2, "user", "And now?"),
  ]);

  it("tells what was as before in one line, and what of it once the whole is there", () => {
    expect(
      conversationOf(delta).map((item) => ("count" in item ? item.count : "text" in item && item.text)),
    ).toEqual([2, "And now?", "hm", "{}"]);
    expect(partsOf(conversationOf(delta, whole)).map(({ speaker, text }) => [speaker, text])).toEqual([
      ["system", "Rules"],
      ["user", "Before?"],
      ["user", "And now?"],
      ["thinking", "hm"],
      ["answer", "{}"],
    ]);
  });

  it("has the thinking apart from the answer, wherever it came", () => {
    const said = (one: Partial<CallAnswer>) =>
      partsOf(conversationOf(answer([], one))).map(({ speaker, text }) => [speaker, text]);
    expect(said({ text: "yes", reasoning: "hm" })).toEqual([
      ["thinking", "hm"],
      ["answer", "yes"],
    ]);
    expect(said({ text: "[THINK]hm[/THINK] yes" })).toEqual([
      ["thinking", "hm"],
      ["answer", "yes"],
    ]);
    expect(said({ text: "<think>never over" })).toEqual([["answer", "<think>never over"]]);
    expect(said({})).toEqual([]);
  });

  it("says where the tape has lost a message, and nothing where it keeps no texts", () => {
    const lost: CallMessage = { item: "message", at: 1, hash: HASH };
    const said = answer([spoken(0, "system", "Rules"), lost, spoken(2, "user", "And now?")]);
    expect(conversationOf(said).map((item) => "lost" in item)).toEqual([false, true, false]);
    expect(partsOf(conversationOf(said)).length).toBe(2);
    expect(conversationOf({ ...answer([lost]), tape: "hashes" })).toEqual([]);
  });

  it("has what is new since the question before, whatever attempts there were at this one", () => {
    const same = (at: number, from: number, to: number): CallMessage => ({ item: "same", at, from, to });
    const attempt = (number: number, messages: CallMessage[], before?: string) => {
      const one = answer(
        messages,
        before === undefined ? {} : { previous: { call: before, message_count: 1 } },
      );
      return { ...one, call: { ...one.call, call: `agent alice/3/decide/0#${number}` } };
    };
    const first = attempt(1, [same(0, 0, 3), spoken(3, "user", "And now?")], "agent alice/2/decide/0#1");
    const second = attempt(
      2,
      [same(0, 0, 4), spoken(4, "assistant", "?"), spoken(5, "user", "JSON, please")],
      "agent alice/3/decide/0#1",
    );
    const third = attempt(3, [same(0, 0, 4), same(4, 5, 6)], "agent alice/3/decide/0#2");
    const said = (attempts: CallAnswer[]) =>
      conversationOf(sinceLastQuestion(attempts) ?? second).map((item) =>
        "count" in item ? item.count : "text" in item && item.text,
      );
    expect(said([first, second])).toEqual([3, "And now?", "?", "JSON, please"]);
    expect(said([first, second, third])).toEqual([3, "And now?", "JSON, please"]);
    const after = attempt(2, [same(0, 0, 1)], "agent alice/3/trade/0#1");
    expect(said([first, after])).toEqual([1]);
    expect(sinceLastQuestion([])).toBeUndefined();
  });

  it("is copied as it is read", () => {
    expect(conversationText([{ key: "0", speaker: "user", name: "bob", text: "Hé\n?" }])).toBe(
      "user (bob):\nHé\n?\n",
    );
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 3000 }),
  fc.array(fc.constantFrom("a", "\n", "😀", "word ", "שלום"), { maxLength: 4000 }).map((all) => all.join("")),
);

describe("a long text", () => {
  it("is folded to its beginning, a short one is whole", () => {
    expect(foldedStretch("short")).toEqual({ from: 0, to: 5 });
    expect(foldedStretch("x".repeat(1_000_000)).to).toBe(1200);
    expect(foldedStretch("a line\n".repeat(100)).to).toBe(18 * 7 - 1);
    expect(isWhole("y".repeat(1500), foldedStretch("y".repeat(1500)))).toBe(true);
  });

  it("is opened in a few steps, never in the middle of a character", () => {
    fc.assert(
      fc.property(text, (one) => {
        let shown = foldedStretch(one);
        for (let step = 0; !isWhole(one, shown); step++) {
          expect(step).toBeLessThan(3);
          expect(one.slice(shown.from, shown.to).isWellFormed()).toBe(one.isWellFormed());
          shown = widened(one, shown, "after");
        }
      }),
    );
    const large = "x".repeat(1_000_000);
    let shown = foldedStretch(large);
    for (let step = 0; step < 7; step++) shown = widened(large, shown, "after");
    expect(isWhole(large, shown)).toBe(true);
  });

  it("is opened where something was found in it, with little around it", () => {
    const large = "😀".repeat(500_000);
    fc.assert(
      fc.property(fc.nat(999_000), fc.nat(400), fc.boolean(), (at, length, opened) => {
        const first = opened ? widened(large, foldedStretch(large), "after") : foldedStretch(large);
        const hit = { from: at, to: at + length };
        const shown = showing(large, first, hit);
        expect(shown.from).toBeLessThanOrEqual(hit.from);
        expect(shown.to).toBeGreaterThanOrEqual(hit.to);
        expect(shown.to - shown.from).toBeLessThan(50_000);
        expect(large.slice(shown.from, shown.to).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("a text in chunks", () => {
  it("is the same text, in whole lines", () => {
    fc.assert(
      fc.property(text, fc.nat(5), fc.nat(8000), (one, from, length) => {
        const shown = { from: Math.min(from, one.length), to: Math.min(one.length, from + length) };
        const chunks = chunksOf(one, shown);
        expect(chunks.map((chunk) => one.slice(chunk.from, chunk.to)).join("\n")).toBe(
          one.slice(shown.from, shown.to),
        );
      }),
    );
    expect(chunksOf("a line\n".repeat(10_000), { from: 0, to: 70_000 }).length).toBeGreaterThan(10);
    expect(chunksOf(`one\ntwo\n${"w".repeat(900)}`, { from: 0, to: 908 })).toEqual([
      { from: 0, to: 908, lines: 13 },
    ]);
  });
});

describe("what is looked for in a conversation", () => {
  it("is found in whatever case, over line breaks, and as it is typed", () => {
    const places = (texts: string[], typed: string) =>
      findHits(texts, typed).hits.map(({ part, from, to }) => texts[part]?.slice(from, to));
    expect(places(["Sell wheat", "I SELL  \nWheat"], "sell wheat ")).toEqual(["Sell wheat", "SELL  \nWheat"]);
    expect(places(["a.b axb (c) [d]- x/y"], "a.b")).toEqual(["a.b"]);
    expect(places(["(c) [d]-\\ x/y {1}"], "(c) [d]-\\ x/y {1}")).toEqual(["(c) [d]-\\ x/y {1}"]);
    expect(places(["whatever"], "  ")).toEqual([]);
    expect(findHits(["aaaa"], "a", 3)).toMatchObject({ hasMore: true, hits: { length: 3 } });
  });

  it("is marked, and the text is the same", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("a", "word", "😀", "שלום", "\\"), fc.nat(3000), (one, typed, to) => {
        const found = findHits(["other", one], typed);
        const shown = { from: 0, to: Math.min(one.length, to) };
        const pieces = piecesOf(one, 1, shown, found);
        expect(pieces.map((piece) => piece.text).join("")).toBe(one.slice(0, shown.to));
        expect(pieces.every((piece) => piece.text !== "")).toBe(true);
      }),
    );
  });
});
