import { describe, expect, it } from "vitest";
import { momentWords } from "./index.ts";

describe("the moment a state is of", () => {
  it.each([
    [true, false, true, "end of turn 7"],
    [true, true, true, "end of turn 7"],
    [false, true, true, "within turn 7"],
    [false, false, true, "so far in turn 7"],
    [undefined, false, true, "so far in turn 7"],
    [false, false, false, "turn 7, cut short"],
    [undefined, false, false, "end of turn 7"],
  ])("over %s, at an event %s, being written %s: %s", (turn_ended, atEvent, isUnderWay, words) => {
    expect(momentWords({ turn: 7, turn_ended }, { atEvent, isUnderWay })).toBe(words);
  });
});
