import { describe, expect, it } from "vitest";
import { EMPTY_FILTER } from "../view/index.ts";
import {
  askerText,
  callsCriteria,
  errorWords,
  leavesCallsOut,
  markWords,
  OUTCOME_CHOICES,
  purposeText,
  tokensText,
} from "./index.ts";

describe("a call in words", () => {
  it("says what its tokens were, and which were only estimated", () => {
    expect(tokensText({ input_tokens: 2201, output_tokens: 14, cached_tokens: 1024 })).toBe(
      "2,201 in (1,024 cached), 14 out",
    );
    expect(tokensText({ input_tokens: 700, output_tokens: 9, reasoning_tokens: 5, estimated: true })).toBe(
      "≈ 700 in, 9 out (5 thinking)",
    );
    expect(tokensText({ output_tokens: 3 })).toBe("3 out");
  });

  it("says why there was no answer, also in words of its own", () => {
    expect(errorWords({ error_type: "http_error", http_status: 429 })).toBe("the server refused it (429)");
    expect(errorWords({ error_type: "of_another_hand" })).toBe("of another hand");
    expect(errorWords({ error_type: "aborted", broken_off_by: "budget" })).toBe(
      "not begun: the budget is spent",
    );
    expect(errorWords({ http_status: 200 })).toBeUndefined();
    expect(markWords(["thinking", "new_mark"])).toBe("thinking left out, new mark");
  });

  it("says who asked, and what for", () => {
    expect(askerText({ actor: "agent", agent_id: "bob" })).toBe("bob");
    expect(askerText({ actor: "validator", agent_id: "bob" })).toBe("validator about bob");
    expect(askerText({ actor: "engine" })).toBe("engine");
    expect(purposeText({ purpose: "trade", key: "bob" })).toBe("trade: bob");
  });
});

describe("the list of calls", () => {
  it("follows the page's filter as far as calls have what it says", () => {
    const filter = { ...EMPTY_FILTER, agents: ["alice"], involving: ["bob", "alice"], turns: { from: 2 } };
    expect(callsCriteria(filter, undefined)).toEqual({ agent_ids: ["alice", "bob"], turn_start: 2 });
    expect(callsCriteria(EMPTY_FILTER, undefined)).toEqual({});
    expect(leavesCallsOut(filter)).toBe(false);
    expect(leavesCallsOut({ ...filter, text: "wheat" })).toBe(true);
  });

  it("can be narrowed to what came of the calls, and not to what is no outcome", () => {
    for (const { value } of OUTCOME_CHOICES)
      expect(Object.values(callsCriteria(EMPTY_FILTER, value))).toEqual([[value]]);
    expect(callsCriteria(EMPTY_FILTER, "whatever")).toEqual({});
  });
});
