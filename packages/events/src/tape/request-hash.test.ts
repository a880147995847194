import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { jsonHash, messageHash, requestHash } from "./index.ts";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

describe("the hash of a request", () => {
  const messages = [messageHash({ role: "user", content: "Hé?\n" })];

  it("is that of the canonical JSON of what is asked", () => {
    expect(messages).toEqual([sha256(String.raw`{"content":"Hé?\n","role":"user"}`)]);
    expect(requestHash({ model: "llama3.1", sampling: { top_p: 1, temperature: 0.7 }, messages })).toBe(
      sha256(`{"messages":["${messages[0]}"],"model":"llama3.1","sampling":{"temperature":0.7,"top_p":1}}`),
    );
  });

  it("does not depend on the order of members, nor on those that are there without a value", () => {
    const one = requestHash({ model: "m", sampling: { seed: 1, stop: ["x"] }, messages, schema: undefined });
    expect(requestHash({ messages, sampling: { stop: ["x"], seed: 1, top_p: undefined }, model: "m" })).toBe(
      one,
    );
  });

  it("is another for another model, parameter, message, order, name or schema", () => {
    const { sampling, model } = { sampling: { seed: 1 }, model: "m" };
    const schema = jsonHash({ type: "object" });
    const other = messageHash({ role: "user", content: "Hé?\n", name: "bob" });
    const all = [
      requestHash({ model, sampling, messages }),
      requestHash({ model: "n", sampling, messages }),
      requestHash({ model, sampling: { seed: 2 }, messages }),
      requestHash({ model, sampling: {}, messages }),
      requestHash({ model, sampling, messages: [other] }),
      requestHash({ model, sampling, messages: [...messages, other] }),
      requestHash({ model, sampling, messages: [other, ...messages] }),
      requestHash({ model, sampling, messages, schema }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
