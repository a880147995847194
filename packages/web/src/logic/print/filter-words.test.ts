import { describe, expect, it } from "vitest";
import { EMPTY_FILTER, type ViewFilter } from "../view/index.ts";
import { filterWords } from "./index.ts";

const said = (filter: Partial<ViewFilter>) => filterWords({ ...EMPTY_FILTER, ...filter });

describe("a filter in words", () => {
  it.each([
    [{}, "All events."],
    [{ kinds: ["ACTION"] }, "Events of the kind ACTION."],
    [{ kinds: ["ACTION", "STATE", "DETAIL"] }, "Events of the kind ACTION, STATE or DETAIL."],
    [{ agents: ["ann", "bob"], text: "sells" }, "Events of ann or bob, with “sells” in them."],
    [{ involving: ["Dr. Smith"], turns: { from: 3, to: 3 } }, "Events that involve Dr. Smith, of turn 3."],
    [{ turns: { from: 3, to: 1200 } }, "Events of turns 3 to 1,200."],
    [{ turns: { from: 3 } }, "Events from turn 3 on."],
    [{ time: { to: "2026-11-23T07:16:00.000000Z" } }, "Events up to time 2026-11-23T07:16:00.000000Z."],
  ] satisfies [Partial<ViewFilter>, string][])("%j", (filter, words) => {
    expect(said(filter)).toBe(words);
  });
});
