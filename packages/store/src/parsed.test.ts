import { eventFilterSchema } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { invalidArgument } from "./errors.ts";
import { parseFilter } from "./query/index.ts";

describe("a question from code", () => {
  it.each([
    ["limt", '; did you mean "limit"?'],
    ["zzzzzz", ""],
  ])("with %s, which no question has, is refused with the nearest name", (name, advice) => {
    expect(eventFilterSchema.shape).not.toHaveProperty(name);
    expect(() => parseFilter({ [name]: 3 })).toThrow(
      invalidArgument(name, `there is no such criterion${advice}`),
    );
  });
});
