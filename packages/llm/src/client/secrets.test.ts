import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECRET, withoutSecrets } from "./secrets.ts";

describe("a text without secrets", () => {
  it.each([
    ["Incorrect API key: my/own+key=1!", "Incorrect API key: [secret]"],
    ["GET /v1?key=my%2Fown%2Bkey%3D1!", "GET /v1?key=[secret]"],
    ["GET /v1?key=my%2fown%2bkey%3d1!", "GET /v1?key=[secret]"],
    ["Authorization: Bearer abcd1234.efgh", "Authorization: Bearer [secret]"],
    ["authorization: bearer abcd1234efgh", "authorization: bearer [secret]"],
    ["Incorrect API key provided: sk-proj-*****wxyz.", "Incorrect API key provided: [secret]."],
    ["x-api-key: sk-ant-api03-AbCdEfGh", "x-api-key: [secret]"],
    ["gsk_abcdefghijklmnopqrst", "[secret]"],
    ["hf_abcdefghijklmnopqrst", "[secret]"],
  ])("%j is %j", (text, rest) => {
    expect(withoutSecrets(text, ["my/own+key=1!"])).toBe(rest);
  });

  it.each([
    "the bearer of bad news, and Bearer Bonds",
    "risk-averse, task-oriented, sk-learn",
    "Bearer responsibilities",
    "ollama and lm-studio need no key",
  ])("%j is the text itself", (text) => {
    expect(withoutSecrets(text, ["", "ollama", "lm-studio"])).toBe(text);
  });

  it("has nothing of a key in base64 either, wherever in something longer it begins", () => {
    const key = "my/own+key=1!?>";
    for (const before of ["", "u", "us", "usr:", "user:"]) {
      for (const behind of ["", ".", "..", "..."]) {
        for (const encoding of ["base64", "base64url"] as const) {
          const rest = withoutSecrets(Buffer.from(before + key + behind).toString(encoding), [key]);
          expect(rest).toContain(SECRET);
          expect(Buffer.from(rest.replace(SECRET, ""), "base64").toString("latin1")).not.toContain("own+");
        }
      }
    }
  });

  it("holds no key, wherever it stood, and is its own", () => {
    const key = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => !SECRET.includes(text));
    fc.assert(
      fc.property(key, key, fc.string(), fc.string(), (one, other, before, behind) => {
        const rest = withoutSecrets(before + one + behind + other + one, [one, other]);
        // What is left beside the marks may spell a key only with a mark's help.
        for (const part of rest.split(SECRET)) expect(part.includes(one) || part.includes(other)).toBe(false);
      }),
    );
  });
});
