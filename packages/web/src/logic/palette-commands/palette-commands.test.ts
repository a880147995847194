import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW, type ViewState } from "../view/index.ts";
import { once, type PaletteItem, ranked, typedPlace, viewCommands } from "./index.ts";

const item = (label: string, fields: Partial<PaletteItem> = {}): PaletteItem => ({
  id: label,
  label,
  run: () => {},
  ...fields,
});
const labels = (items: PaletteItem[], text: string) =>
  ranked([{ heading: "all", items }], text, 5).flatMap((group) => group.items.map(({ label }) => label));

describe("what is typed into the palette", () => {
  it("finds what holds all its words, in any order and case, the beginning of a name before what is within", () => {
    const items = ["World as charts", "Charts on a linear scale", "Flowcharts", "World as a table"].map(
      (one) => item(one),
    );
    expect(labels(items, "charts")).toEqual(["Charts on a linear scale", "World as charts", "Flowcharts"]);
    expect(labels(items, "TABLE world")).toEqual(["World as a table"]);
    expect(labels(items, "nothing")).toEqual([]);
  });

  it("finds by what stands beside the name, too, behind those that are called so", () => {
    expect(labels([item("alice", { hint: "agent" }), item("agent 7")], "agent")).toEqual([
      "agent 7",
      "alice",
    ]);
    expect(labels([item("Show only the world", { words: "maximise" })], "maxi")).toEqual([
      "Show only the world",
    ]);
  });

  it("narrows nothing where nothing is typed, and says how many more there are", () => {
    const items = Array.from({ length: 9 }, (_, at) => item(`agent ${at}`));
    expect(ranked([{ heading: "Agents", items }], " ", 5)).toMatchObject([{ heading: "Agents", more: 4 }]);
  });

  it("never shows what lacks a word of it", () => {
    const word = fc.stringMatching(/^[a-c]{1,3}$/);
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 })), fc.array(word), (names, typed) => {
        for (const label of labels(
          names.map((words) => item(words.join(" "))),
          typed.join(" "),
        ))
          for (const one of typed) expect(label).toContain(one);
      }),
    );
  });
});

it("what several found lead to is there once", () => {
  const items = ["alice.wealth", "*.wealth", "bob.wealth", "*.wealth"].map((label) => item(label));
  expect(
    once(items)
      .map(({ label }) => label)
      .sort(),
  ).toEqual(["*.wealth", "alice.wealth", "bob.wealth"]);
});

describe("a place that is typed", () => {
  it("is a turn, a span of turns, or an event", () => {
    expect(typedPlace("12", 20)).toEqual({ kind: "turn", turn: 12 });
    expect(typedPlace(" Turn 0 ", 20)).toEqual({ kind: "turn", turn: 0 });
    expect(typedPlace("turns 9..5", 20)).toEqual({ kind: "turns", from: 5, to: 9 });
    expect(typedPlace("5 - 99", 20)).toEqual({ kind: "turns", from: 5, to: 20 });
    expect(typedPlace("01kaqs1s900a1b2c0000000000", 20)).toEqual({
      kind: "event",
      eventId: "01KAQS1S900A1B2C0000000000",
    });
  });

  it("is a condition where something is compared with something", () => {
    for (const condition of ["alice.wealth < 200", "price>=3", 'health == "ill"'])
      expect(typedPlace(condition, 20)).toEqual({ kind: "condition", condition });
    for (const text of ["price <", "a -> b", "<b>"]) expect(typedPlace(text, 20)).toBeUndefined();
  });

  it("is none of what the run does not have, nor any other text", () => {
    for (const text of ["21", "turn", "", "turns 30..40", "12 apples", "1.5"])
      expect(typedPlace(text, 20)).toBeUndefined();
  });
});

describe("the commands of a view", () => {
  const facts = { domains: { turn: { from: 0, to: 21 }, time: { from: 0, to: 1e6 } }, asksModels: false };
  const ids = (view: Partial<ViewState>, models = false) =>
    viewCommands({ ...DEFAULT_VIEW, ...view }, { ...facts, asksModels: models }).map(({ id }) => id);

  it("are those that change something", () => {
    expect(ids({})).toContain("axis-time");
    expect(ids({})).not.toContain("axis-turn");
    expect(ids({})).not.toContain("filter-clear");
    expect(ids({ axis: "time", filter: { ...DEFAULT_VIEW.filter, text: "buy" } })).toEqual(
      expect.arrayContaining(["axis-turn", "filter-clear"]),
    );
    expect(ids({})).not.toContain("list-calls");
    expect(ids({}, true)).toContain("list-calls");
    expect(ids({ maximised: "world" })).toContain("all-parts");
  });

  it("zoom about the middle of what is in sight, out to the whole run", () => {
    const zoomIn = viewCommands(DEFAULT_VIEW, facts).find(({ id }) => id === "zoom-in");
    const { from = 0, to = 0 } = zoomIn?.to.range ?? {};
    expect((from + to) / 2).toBeCloseTo(10.5);
    expect(to - from).toBeCloseTo(21 / 1.6);
    const out = viewCommands({ ...DEFAULT_VIEW, range: { from, to } }, facts).find(
      ({ id }) => id === "zoom-out",
    );
    expect(out?.to.range).toBeUndefined();
  });

  it("have names and ids of their own", () => {
    const all = viewCommands({ ...DEFAULT_VIEW, selected: "x", range: { from: 1, to: 2 } }, facts);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
  });
});
