import type { CallAnswer, CallMessage } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import {
  conversationOf,
  conversationText,
  counterparts,
  type Part,
  partsOf,
  sinceLastQuestion,
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

describe("a call beside the one before", () => {
  it("lays what a speaker said beside what it said last, counted from the end", () => {
    const said = (...lines: `${Part["speaker"]}: ${string}`[]): Part[] =>
      lines.map((line, at) => {
        const speaker = (["system", "user", "assistant", "answer"] as const).find((one) =>
          line.startsWith(one),
        );
        return { key: `${at}`, speaker: speaker ?? "user", text: line.slice(line.indexOf(": ") + 2) };
      });
    const before = said("system: rules", "user: turn 1", "answer: wait");
    const after = said("system: rules!", "user: turn 1", "assistant: wait", "user: turn 2", "answer: sell");
    expect([...counterparts(after, before)]).toEqual([
      ["4", "wait"],
      ["3", "turn 1"],
      ["0", "rules"],
    ]);
    expect(counterparts(after, []).size).toBe(0);
  });
});
