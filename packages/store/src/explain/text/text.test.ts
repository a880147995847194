import { describe, expect, it } from "vitest";
import { lake, told } from "../told-run.test.fixture.ts";
import { effectsLines, findLines, historyLines, stateLines, whyLines, widestLines } from "./index.ts";

function withoutIds(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, "ID"));
}

describe("answers as lines of text", () => {
  it("list a variable's history, a write a line", () =>
    told(lake(1), async ({ explain }) => {
      expect(withoutIds(historyLines(await explain.history({ variable: "fish" })))).toEqual([
        "turn 0  = 100  (the set-up)  [ID]",
        "turn 1  100 → 90  (harvest by ann)  [ID]",
        "turn 1  90 → 80  (harvest by bob)  [ID]",
        "turn 1  80 → 88  (growth)  [ID]",
      ]);
    }));

  it("number the effects and say whether there are more", () =>
    told(lake(2), async ({ explain, events }) => {
      const decision = events.find(({ event_type }) => event_type === "DECISION");
      const lines = withoutIds(
        effectsLines(await explain.effects({ event_id: decision?.event_id ?? "", depth: 1 })),
      );
      expect(lines).toEqual([
        "In turn 1 ann decided on fish: 10; that led to at least 1 event in the same turn, 0 changes of the state among them.",
        "",
        "1. In turn 1 ann decided on fish: 10. [ID]",
        "2. In turn 1 ann's harvest (amount: 10) was carried out. [ID]",
        "",
        "Complete: no loss and no verbosity breaks the chain.",
        "There is more further on; a depth greater than 1 shows it.",
      ]);
    }));

  it("advise a greater depth only where there is one, and where the depth is what ended the answer", () =>
    told(lake(30), async ({ explain, events }) => {
      const decision = events.find(({ event_type }) => event_type === "DECISION")?.event_id ?? "";
      const effects = await explain.effects({ event_id: decision, depth: 1 });
      expect(effects).toMatchObject({ truncated: true, truncated_by: "depth" });
      expect(effectsLines(effects).at(-1)).toBe("There is more further on; a depth greater than 1 shows it.");
      expect(effectsLines({ ...effects, depth: 20 }).at(-1)).toBe(
        "There is more further on than 20 steps, the most; ask for the latest of these events to go on from there.",
      );
      const why = await explain.why({ variable: "fish", depth: 4 });
      expect(whyLines({ ...why, truncated: true, truncated_by: "size" }).at(-1)).toBe(
        "There is more than one answer holds; ask for the earliest of these events to go on from there.",
      );
      expect(whyLines({ ...why, truncated: true, depth: 100 }).at(-1)).toContain("than 100 steps, the most");
    }));

  it("rank decisions", () =>
    told(lake(2), async ({ explain }) => {
      const lines = withoutIds(widestLines(await explain.widest({ horizon: 0, limit: 1 })));
      expect(lines).toEqual([
        "Of 4 decisions, those that most follows from in their own turn:",
        "",
        "1. In turn 1 ann decided on fish: 10; that led to 3 events, 2 changes of the state among them. [ID]",
      ]);
    }));

  it("say what is missing instead of complete, and what was never so", () => {
    const lost = { error_type: "session_lost", description: "The writer died." };
    return told(
      lake(1, { onTurn: (_, scope) => void scope.system("warning", lost) }),
      async ({ explain }) => {
        const missing = "! Events of turn 1 were lost: The writer died.";
        expect(whyLines(await explain.why({ variable: "fish" })).at(-1)).toBe(missing);
        expect(findLines(await explain.find({ expression: "fish < 0" }))).toEqual([
          "fish < 0 never became true.",
          missing,
        ]);
        expect(stateLines(await explain.state({ turn: 1 })).at(-1)).toBe(
          "Checked: the hash recorded at the end of the turn agrees.",
        );
      },
    );
  });
});
