import type { JsonObject } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateTokens } from "../client/index.ts";
import { Conversation } from "./conversation.ts";

const said = fc.tuple(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }));
/** In tokens. */
const sum = (turns: readonly (readonly [string, string])[]) =>
  turns.reduce((all, [user, assistant]) => all + estimateTokens(user) + estimateTokens(assistant), 0);

/** What is remembered after each of some turns, of which some had no answer. */
function remembered(turns: readonly (readonly [string, string] | undefined)[], limit: number) {
  const memory: JsonObject = {};
  return turns.map((turn, index) => {
    if (turn) new Conversation(memory, limit).add(index + 1, turn[0], turn[1]);
    return { messages: new Conversation(memory, limit).messages, keys: Object.keys(memory) };
  });
}

describe("a conversation", () => {
  it("is kept within its bound: as many of the latest turns as fit, each whole and in order", () => {
    const turns = fc.array(fc.option(said, { nil: undefined }), { maxLength: 12 });
    fc.assert(
      fc.property(turns, fc.integer({ min: 1, max: 60 }), (all, limit) => {
        for (const [index, { messages, keys }] of remembered(all, limit).entries()) {
          const before = all.slice(0, index + 1).filter((turn) => turn !== undefined);
          const kept = before.filter((_, from) => sum(before.slice(from)) <= limit);
          expect(messages).toEqual(
            kept.flatMap(([user, assistant]) => [
              { role: "user", content: user },
              { role: "assistant", content: assistant },
            ]),
          );
          expect(keys.filter((key) => key.startsWith("asked in turn "))).toHaveLength(kept.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("grows at its end: what was said stays as it was, and where it stood", () => {
    const all = remembered([["a", "b"], ["c", "d"], undefined, ["e", "f"]], 1000).map(
      ({ messages }) => messages,
    );
    for (const [index, messages] of all.entries())
      expect(messages.slice(0, all[index - 1]?.length ?? 0)).toEqual(all[index - 1] ?? []);
    expect(all.at(-1)).toHaveLength(6);
  });

  it("reads and keeps nothing where its bound is none", () => {
    const untouched = new Proxy<JsonObject>(
      {},
      {
        get: () => {
          throw new Error("it was read");
        },
        set: () => {
          throw new Error("it was written");
        },
      },
    );
    const conversation = new Conversation(untouched, 0);
    conversation.add(1, "a", "b");
    expect(conversation.messages).toEqual([]);
  });

  it("takes a memory of another shape for none", () => {
    expect(new Conversation({ conversation: ["x"] }, 10).messages).toEqual([]);
    expect(
      new Conversation({ conversation: "1 2", "asked in turn 2": "a", "answered in turn 2": "b" }, 10)
        .messages,
    ).toHaveLength(2);
  });
});
