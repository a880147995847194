import type { EffectsAnswer, Gap, HistoryAnswer, Step, WhyAnswer, WidestAnswer } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareLines } from "./compare-lines.ts";
import { gapsInOne } from "./gap-lines.ts";
import { type Line, terminalText } from "./line.ts";
import { findLines, stateLines } from "./state-lines.ts";
import { effectsLines, historyLines, whyLines, widestLines } from "./why-lines.ts";

const RUN = "lake";
const idOf = (number: number) => `01KATN0000ABCDEFGHJKMN${String(number).padStart(4, "0")}`;
const printed = (lines: readonly Line[]) =>
  terminalText(lines, { color: false, columns: 80, isTerminal: false }).slice(0, -1).split("\n");
const last = (lines: readonly Line[]) => printed(lines).at(-1);

const event = {
  event_id: idOf(1),
  timestamp: "2026-11-23T07:15:00.000123Z",
  turn_number: 1,
  event_type: "ACTION",
  simulation_id: RUN,
  agent_id: "ann",
  action_type: "harvest",
  action_payload: {},
} as const;

const stepOf = (number: number): Step => ({
  sentence: `Step ${number} was taken.`,
  event_id: idOf(number),
  event_type: "ACTION",
  depth: number,
  turn: 1,
  name: "harvest",
  count: 1,
  turn_start: 1,
  turn_end: 1,
  every_turn: true,
  event_ids: [idOf(number)],
});

const why: WhyAnswer = {
  simulation_id: RUN,
  event_id: idOf(1),
  event,
  summary: "fish was 9.",
  steps: [stepOf(1), stepOf(2)],
  refused: [],
  depth: 2,
  complete: true,
  gaps: [],
  truncated: false,
};

const effects: EffectsAnswer = {
  simulation_id: RUN,
  event_id: idOf(1),
  event,
  summary: "It led to much.",
  steps: [stepOf(1)],
  events: 1,
  changes: 0,
  depth: 1,
  complete: true,
  gaps: [],
  truncated: true,
  truncated_by: "depth",
};

const missing: Gap = {
  kind: "missing_cause",
  message: "An event of turn 3 names a cause that is not in the log.",
  event_id: idOf(7),
  cause_id: idOf(8),
};
const recorded: Gap = { kind: "as_recorded", message: "Nothing says how many events there were." };

describe("the lines of an answer", () => {
  it("number the steps and say whether that is all", () => {
    expect(printed(whyLines(why))).toEqual([
      "fish was 9.",
      "",
      `1. Step 1 was taken. [${idOf(1)}]`,
      `2. Step 2 was taken. [${idOf(2)}]`,
      "",
      "Complete: no loss and no verbosity breaks the chain.",
    ]);
  });

  it("advise a greater depth only where there is one, and where the depth is what ended the answer", () => {
    const cut = { ...why, truncated: true };
    expect(last(effectsLines(effects))).toBe("There is more further on; a depth greater than 1 shows it.");
    expect(last(effectsLines({ ...effects, depth: 20 }))).toBe(
      "There is more further on than 20 steps, the most; ask for the latest of these events to go on from there.",
    );
    expect(last(whyLines({ ...cut, truncated_by: "size" }))).toBe(
      "There is more than one answer holds; ask for the earliest of these events to go on from there.",
    );
    expect(last(whyLines({ ...cut, depth: 100 }))).toContain("than 100 steps, the most");
  });

  it("of why are a screenful, however much there is of a ledger and of refusals", () => {
    const count = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        count,
        count,
        fc.boolean(),
        (steps, entries, refused, by) => {
          const answer: WhyAnswer = {
            ...why,
            steps: Array.from({ length: steps }, (_, at) => stepOf(at)),
            refused: Array.from({ length: refused }, (_, at) => ({
              sentence: "The validator said no.",
              event_id: idOf(at),
              turn: 1,
            })),
            ledger: {
              from: { turn: 0, value: 0, event_id: idOf(0) },
              to: { turn: 9, value: entries, event_id: idOf(1) },
              change: `+${entries}`,
              entries: Array.from({ length: entries }, (_, at) => ({
                label: by ? `harvest by agent-${at}` : `rule ${at}`,
                ...(by && { agent_id: `agent-${at}` }),
                amount: "+1",
                count: 1,
                turn_start: 1,
                turn_end: 1,
                every_turn: true,
                event_ids: [idOf(at)],
              })),
            },
          };
          const lines = printed(whyLines(answer));
          expect(lines.length).toBeLessThanOrEqual(25);
          const amounts = lines.flatMap((line) => /^ +\+(\d+) {2}(?!together)/.exec(line)?.[1] ?? []);
          expect(amounts.reduce((sum, amount) => sum + Number(amount), 0)).toBe(entries);
        },
      ),
    );
  });

  it("of a history are a write a line", () => {
    const write = { turn: 1, event_id: idOf(1), old_value: 100, new_value: 90, exact: true };
    const answer: HistoryAnswer = {
      simulation_id: RUN,
      variable: "fish",
      writes: [
        { ...write, turn: 0, old_value: null, new_value: 100, change: "added" },
        { ...write, cause: { label: "harvest by ann", event_id: idOf(2), event_type: "ACTION" } },
        { ...write, old_value: "calm", new_value: null, change: "removed" },
      ],
      total: 3,
      has_more: false,
      complete: true,
      gaps: [],
    };
    expect(printed(historyLines(answer))).toEqual([
      `turn 0  = 100  [${idOf(1)}]`,
      `turn 1  100 → 90  (harvest by ann)  [${idOf(1)}]`,
      `turn 1  removed, was "calm"  [${idOf(1)}]`,
    ]);
  });

  it("rank decisions", () => {
    const answer: WidestAnswer = {
      simulation_id: RUN,
      horizon: 0,
      decisions: [
        {
          event_id: idOf(1),
          turn: 1,
          agent_id: "ann",
          decision_type: "harvest",
          sentence: "In turn 1 ann decided on harvest.",
          events: 3,
          changes: 2,
        },
      ],
      total: 4,
      truncated: false,
      complete: true,
      gaps: [],
    };
    expect(printed(widestLines(answer))).toEqual([
      "Of 4 decisions, those that most follows from in their own turn:",
      "",
      `1. In turn 1 ann decided on harvest. [${idOf(1)}]`,
    ]);
  });

  it("of moments say until when, with both events", () => {
    const answer = {
      simulation_id: RUN,
      expression: "fish < 5",
      moments: [
        {
          turn: 1,
          event_id: idOf(1),
          sentence: "From here on fish < 5.",
          ended: { turn: 3, event_id: idOf(3) },
        },
      ],
      total: 1,
      has_more: false,
      complete: true,
      gaps: [],
    };
    expect(printed(findLines(answer))).toEqual([
      `From here on fish < 5. [${idOf(1)}] Until turn 3. [${idOf(3)}]`,
    ]);
    expect(printed(findLines({ ...answer, moments: [], total: 0, gaps: [missing] }))).toEqual([
      "fish < 5 never became true.",
      `! ${missing.message} [${idOf(7)} | ${idOf(8)}]`,
    ]);
  });

  it("say what is missing instead of complete, in one line the gravest first", () => {
    expect(last(whyLines({ ...why, complete: false, gaps: [missing] }))).toBe(
      `! ${missing.message} [${idOf(7)} | ${idOf(8)}]`,
    );
    expect(printed([gapsInOne([recorded]) ?? expect.fail()])).toEqual([`As recorded: ${recorded.message}`]);
    expect(printed([gapsInOne([recorded, missing]) ?? expect.fail()])).toEqual([
      `! ${missing.message} [${idOf(7)} | ${idOf(8)}] (And for 1 more reason this may not be all.)`,
    ]);
    expect(gapsInOne([])).toBeUndefined();
  });

  it("of what looks like a mark in the log are painted as what they are", () => {
    const said = `! lost ${idOf(9)}`;
    const answer = {
      simulation_id: RUN,
      turn: 1,
      global: { "! note": said, "+ more": "- less" },
      agents: {},
      check: "agrees" as const,
      exact: true,
      complete: true,
      gaps: [],
    };
    const lines = [...stateLines(answer), ...whyLines({ ...why, summary: said })];
    expect(terminalText(lines, { color: true, columns: 80, isTerminal: true })).not.toContain("\u001b[33m");
    expect(terminalText(stateLines(answer), { color: true, columns: 80, isTerminal: true })).not.toContain(
      "\u001b",
    );
  });

  const compared = {
    left: { simulation_id: "a", events: 1600, turns: 1 },
    right: { simulation_id: "b", events: 16, turns: 2 },
    equal: false,
    summary: "They part in turn 1.",
    compared_at: "STATE" as const,
    configuration: [{ path: "/config/seed", left: 1, right: 2 }],
    divergence: {
      difference: {
        kind: "changed" as const,
        key: { turn: 1, event_type: "ACTION" as const, name: "harvest", occurrence: 1 },
        sentence: "ann's harvest differs.",
        left_event_id: idOf(1),
        right_event_id: idOf(2),
        fields: [],
      },
      left: { event_id: idOf(1), text: "Nine." },
      right: { event_id: idOf(2), text: "Eight." },
      cause: "ann decided otherwise.",
      left_causes: [],
      right_causes: [],
      before: [{ event_id: idOf(3), text: "Turn 1 began." }],
      left_after: [],
      right_after: [],
    },
    differences: { total: 1, changed: 1, only_left: 0, only_right: 0, following: 0, independent: 0 },
    following: [],
    independent: [],
    groups: [],
    groups_omitted: 0,
    distances_from: "log" as const,
    turns: [],
    complete: true,
    gaps: [],
  };

  it("of a comparison have the event of each side in front, and both behind what differs", () => {
    expect(printed(compareLines(compared))).toEqual([
      "- a: 1,600 events, 1 turn",
      "+ b: 16 events, 2 turns",
      "  config.seed: 1 | 2",
      "",
      "They part in turn 1.",
      "",
      "@@ turn 1 @@",
      `  ${idOf(3)}  Turn 1 began.`,
      `- ${idOf(1)}  Nine.`,
      `+ ${idOf(2)}  Eight.`,
      "",
      `ann's harvest differs. [${idOf(1)} | ${idOf(2)}]`,
      "ann decided otherwise.",
      "0 differences follow from it, 0 do not.",
    ]);
  });

  it("of a comparison count differences by agent and name, the most first, and say how many are not shown", () => {
    const group = (name: string, total: number, agent_id?: string) => ({
      ...(agent_id !== undefined && { agent_id }),
      event_type: agent_id === undefined ? ("STATE" as const) : ("DECISION" as const),
      name,
      total,
      changed: total,
      only_left: 0,
      only_right: 0,
      following: total - 1,
      turn_start: 1,
      turn_end: total,
    });
    const groups = [group("fish", 12, "ann"), group("stock", 1), ...Array(9).fill(group("x", 1))];
    const lines = printed(compareLines({ ...compared, groups, groups_omitted: 4 }));
    const start = lines.indexOf("Where they differ most, by agent and name:");
    expect(lines.slice(start + 1, start + 3)).toEqual([
      "  ann DECISION fish: 12, turns 1 to 12; 11 follow from it",
      "  STATE stock: 1, turn 1",
    ]);
    expect(lines[start + 6]).toBe("  and 10 more: --json has them");
    expect(printed(compareLines(compared)).join()).not.toContain("by agent and name");
  });

  it("of a comparison speak of one difference and of one variable as of one, and of no distance where there are no numbers", () => {
    const apart = { differing: 1, distance: 0 };
    const known = { known: 4, share: 0.25, normalised: 0.25 };
    const lines = printed(
      compareLines({
        ...compared,
        differences: { total: 3, changed: 3, only_left: 0, only_right: 0, following: 1, independent: 1 },
        turns: [
          { turn: 1, ...apart, ...known, variables: { mood: apart }, agents: {} },
          {
            turn: 2,
            ...known,
            differing: 2,
            distance: 1.5,
            variables: { gold: { differing: 1, distance: 1.5 }, mood: apart },
            agents: {},
          },
        ],
      }),
    );
    expect(lines).toContain("1 difference follows from it, 1 does not.");
    expect(lines.slice(-2)).toEqual([
      "  turn 1: 1 variable differs (mood)",
      "  turn 2: 2 variables differ, by 1.5 (gold 1.5, mood)",
    ]);
  });
});
