import { describe, expect, it } from "vitest";
import { chatOf } from "./chat.ts";

describe("a list in a payload", () => {
  it("is a chat where each member is a message, whoever speaks", () => {
    expect(
      chatOf([
        { role: "system", content: "You are a miller." },
        { role: "user", name: "ann", content: "The price?" },
      ]),
    ).toEqual([
      { role: "system", text: "You are a miller." },
      { role: "user (ann)", text: "The price?" },
    ]);
  });

  it("is one where a message calls tools without a word, and where a tool answers", () => {
    const calls = [{ id: "1", type: "function", function: { name: "look", arguments: '{"at":"sky"}' } }];
    expect(
      chatOf([
        { role: "assistant", content: null, refusal: null, tool_calls: calls },
        { role: "assistant", tool_calls: calls },
        { role: "tool", tool_call_id: "1", content: "blue" },
      ]),
    ).toEqual([
      { role: "assistant", rest: { tool_calls: calls } },
      { role: "assistant", rest: { tool_calls: calls } },
      { role: "tool", text: "blue", rest: { tool_call_id: "1" } },
    ]);
  });

  it("is one where what is said comes in pieces: its words are read, what is no word is kept", () => {
    const picture = { type: "image_url", image_url: { url: "data:image/png;base64,AA" } };
    expect(
      chatOf([{ role: "user", content: [{ type: "text", text: "What is" }, picture, { text: "this?" }] }]),
    ).toEqual([{ role: "user", text: "What is\nthis?", rest: { content: [picture] } }]);
  });

  it.each([
    [[]],
    [[{ role: "buyer", wealth: 3 }]],
    [[{ role: "buyer", content: { apples: 3 } }]],
    [[{ role: "user", content: "a" }, "b"]],
    [{ role: "user", content: "a" }],
  ])("is none otherwise: %j", (value) => {
    expect(chatOf(value)).toBeUndefined();
  });
});
