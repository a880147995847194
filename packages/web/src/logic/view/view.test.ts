import { EVENT_TYPES } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createViewStore,
  DEFAULT_VIEW,
  EMPTY_FILTER,
  filterProblem,
  historyStep,
  isEmpty,
  readRunView,
  SPEEDS,
  sortedBy,
  toCriteria,
  toggle,
  type ViewState,
  without,
  writeRunView,
} from "./index.ts";

describe("the order of the world's table", () => {
  it.each([
    ["wealth", { column: { of: "variable", name: "wealth" }, descending: false }],
    ["-wealth", { column: { of: "variable", name: "wealth" }, descending: true }],
    ["-agent", { column: { of: "agent" }, descending: true }],
    ["memory", { column: { of: "memory" }, descending: false }],
    ["*.agent", { column: { of: "variable", name: "agent" }, descending: false }],
    ["-*.-1", { column: { of: "variable", name: "-1" }, descending: true }],
  ])("is %s in a link", (text, sort) => {
    const read = readRunView({ sort: text });
    expect(read.worldSort).toEqual(sort);
    expect(writeRunView(read)).toEqual({ sort: text });
  });

  it("begins with the largest where a variable's head is clicked, and turns round with the next", () => {
    const wealth = { of: "variable" as const, name: "wealth" };
    const first = sortedBy(wealth, undefined);
    expect(first).toEqual({ column: wealth, descending: true });
    expect(sortedBy(wealth, first)).toEqual({ column: wealth, descending: false });
    expect(sortedBy({ of: "agent" }, first)).toEqual({ column: { of: "agent" }, descending: false });
    expect(sortedBy({ of: "agent" }, undefined)).toEqual({ column: { of: "agent" }, descending: true });
  });
});

describe("a filter by agents", () => {
  const run = { known: new Set(["alice", "bob", "carol"]), total: 3 };
  const here = new Set(["alice", "carol"]);

  it.each<[string[], string | undefined]>([
    [[], undefined],
    [["alice", "carol"], undefined],
    [["zed"], "There is no agent “zed” in this run."],
    [["zed", "yan", "alice"], "There is no agent “zed” or “yan” in this run."],
    [["bob"], "“bob” has nothing at this moment."],
    [["bob", "zed"], "There is no agent “zed” in this run. “bob” has nothing at this moment."],
    [["1", "2", "3", "4", "5"], "There is no agent “1”, “2”, “3” or 2 more in this run."],
  ])("that names %j says what is wrong with it", (names, problem) => {
    expect(filterProblem(names, here, run)).toBe(problem);
  });

  it("says of nobody that there is no such agent where not all are known by name", () => {
    expect(filterProblem(["zed"], here, { ...run, total: 2000 })).toBe("“zed” has nothing at this moment.");
  });
});

const id = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const agent = fc.stringMatching(/^[a-zA-Z0-9 _äß&=%+#-]{1,12}$/);
const turn = fc.nat(100_000);
const turns = fc
  .tuple(fc.option(turn, { nil: undefined }), fc.option(turn, { nil: undefined }))
  .map(([one, other]) =>
    one !== undefined && other !== undefined
      ? { from: Math.min(one, other), to: Math.max(one, other) }
      : { ...(one !== undefined && { from: one }), ...(other !== undefined && { to: other }) },
  );

const view: fc.Arbitrary<ViewState> = fc.record({
  filter: fc.record({
    kinds: fc.uniqueArray(fc.constantFrom(...EVENT_TYPES)),
    agents: fc.uniqueArray(agent),
    involving: fc.uniqueArray(agent),
    turns,
    time: fc.constantFrom({}, { from: "2026-11-23T07:15:00.000123Z" }, { to: "2026-11-23T07:16:00.000000Z" }),
    text: fc.string(),
    searchIn: fc.constantFrom("description", "payload"),
  }),
  selected: fc.option(id, { nil: undefined }),
  playhead: fc.option(fc.oneof(fc.record({ turn }), fc.record({ turn, eventId: id })), { nil: undefined }),
  axis: fc.constantFrom("turn", "time"),
  range: fc.option(
    fc
      .tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }))
      .map(([from, length]) => ({ from: from / 1000, to: (from + length) / 1000 })),
    { nil: undefined },
  ),
  laneSort: fc.constantFrom("name", "activity"),
  agentsFolded: fc.boolean(),
  list: fc.constantFrom("events", "calls"),
  outcome: fc.constantFrom(undefined, "retry", "http_error"),
  inspector: fc.constantFrom("event", "graph"),
  graphDepth: fc.integer({ min: 1, max: 20 }),
  world: fc.constantFrom("table", "charts", "grid", "matrix"),
  worldSort: fc.option(
    fc.record({
      column: fc.oneof(
        fc.constantFrom({ of: "agent" as const }, { of: "memory" as const }),
        fc.record({
          of: fc.constant("variable" as const),
          name: fc.oneof(
            fc.constantFrom("agent", "memory", "", "-", "-1", "*.x", "a, b", "__proto__"),
            fc.string(),
          ),
        }),
      ),
      descending: fc.boolean(),
    }),
    { nil: undefined },
  ),
  gridVariable: agent,
  variables: fc.uniqueArray(agent),
  chartScale: fc.constantFrom("linear", "log"),
  condition: fc.string(),
  laneVariable: fc.string(),
  maximised: fc.constantFrom(undefined, "timeline", "events", "inspector", "world"),
  step: fc.constantFrom("event", "turn"),
  speed: fc.constantFrom(...SPEEDS),
  follow: fc.boolean(),
});

describe("a view in the URL", () => {
  it("comes back as it went, through a real query string", () => {
    fc.assert(
      fc.property(view, (sent) => {
        const query = new URLSearchParams(writeRunView(sent)).toString();
        expect(readRunView(Object.fromEntries(new URLSearchParams(query)))).toEqual(sent);
      }),
    );
  });

  it("says nothing where all is as by default", () => {
    expect(writeRunView(DEFAULT_VIEW)).toEqual({});
    expect(readRunView({})).toEqual(DEFAULT_VIEW);
  });

  it("is read from whatever a person typed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(writeAll())), fc.anything()), (typed) => {
        const read = readRunView(typed);
        expect(readRunView(writeRunView(read))).toEqual(read);
      }),
    );
    expect(readRunView({ turns: "10..5" }).filter.turns).toEqual({ from: 5, to: 10 });
    expect(readRunView({ turns: "7" }).filter.turns).toEqual({ from: 7, to: 7 });
    expect(readRunView({ depth: "99", speed: "3", types: "ACTION,NOPE" })).toMatchObject({
      graphDepth: 3,
      speed: 1,
      filter: { kinds: ["ACTION"] },
    });
  });
});

function writeAll() {
  return {
    types: "",
    agents: "",
    turns: "",
    time: "",
    q: "",
    event: "",
    at: "",
    range: "",
    list: "",
    outcome: "",
    depth: "",
    variables: "",
    full: "",
    speed: "",
  };
}

describe("the filter", () => {
  const filter = { ...EMPTY_FILTER, kinds: ["ACTION" as const], turns: { from: 5 }, text: "sells" };

  it("is put in the API's words", () => {
    expect(toCriteria(filter)).toEqual({ event_types: ["ACTION"], turn_start: 5, q: "sells" });
    expect(toCriteria(EMPTY_FILTER)).toEqual({});
    expect(isEmpty(EMPTY_FILTER)).toBe(true);
  });

  it("can be had without one part, for the counts beside its choices", () => {
    expect(toCriteria(without(filter, "kinds"))).toEqual({ turn_start: 5, q: "sells" });
  });

  it("takes a choice on and off", () => {
    expect(toggle(toggle(["a"], "b"), "a")).toEqual(["b"]);
  });
});

describe("the view store", () => {
  it("tells of changes, and only of changes", () => {
    const store = createViewStore({ at: "4" });
    let told = 0;
    const stop = store.subscribe(() => told++);
    store.set({ speed: 1 });
    store.read({ at: "4" });
    expect(told).toBe(0);
    store.set({ speed: 4 });
    store.setFilter({ text: "x" });
    expect([told, store.get().speed, store.get().filter.text]).toEqual([2, 4, "x"]);
    store.read({});
    expect(store.get()).toEqual(DEFAULT_VIEW);
    stop();
    store.set({ speed: 2 });
    expect(told).toBe(3);
  });

  it("makes a step in the history of what one would come back to", () => {
    const at = (patch: Partial<ViewState>) => writeRunView({ ...DEFAULT_VIEW, ...patch });
    expect(historyStep(at({}), at({ selected: "01JD00000000000000000000A1" }))).toBe("push");
    expect(historyStep(at({}), at({ playhead: { turn: 3 }, range: { from: 1, to: 2 } }))).toBe("replace");
  });
});
