import { afterEach, describe, expect, it, vi } from "vitest";
import { EventHandle } from "../index.ts";
import { EVENT_TYPES } from "../schema/index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });

describe("causes", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("outside any scope are the run's start, then the open turn, then the end of the last", async () => {
    const { stream, events } = await open();
    const causeOfAction = () => {
      stream.action("alice", "buy");
      const all = events();
      const cause = all.at(-1)?.caused_by;
      expect(cause).toHaveLength(1);
      const found = all.find((event) => event.event_id === cause?.[0]);
      return [found?.milestone_type, found?.turn_number];
    };
    expect(causeOfAction()).toEqual(["simulation_start", 0]);
    const turn = stream.startTurn(1);
    expect(causeOfAction()).toEqual(["turn_start", 1]);
    turn.end();
    expect(causeOfAction()).toEqual(["turn_end", 1]);
    stream.startTurn(2);
    expect(causeOfAction()).toEqual(["turn_start", 2]);
  });

  it("are those of the scope and those given, each once, nearest first", async () => {
    const { stream, events } = await open();
    const [first, second] = [stream.phase("1"), stream.phase("2")];
    const scope = stream.phase("3");
    stream.because(scope, () => stream.action("a", "x", {}, { caused_by: [first, second, first, scope] }));
    expect(events().at(-1)?.caused_by).toEqual([scope, second, first].map((handle) => handle.event_id));
  });

  it.each(["DETAIL", "ACTION", "MILESTONE"] as const)(
    "are at %s the same with the handle that stands for no event",
    async (verbosity) => {
      const { none } = EventHandle;
      expect([none.event_id, none.event_ids]).toEqual([undefined, []]);
      const causesOf = async (
        given: (...handles: EventHandle[]) => EventHandle[] | EventHandle | undefined,
      ) => {
        const { stream, events } = await open({ verbosity, strict: true });
        stream.startTurn(1);
        stream.because(given() ?? [], (scope) => scope.phase("1", { caused_by: given() }));
        const phase = stream.phase("2");
        stream.phase("3", { caused_by: given(phase) });
        const action = stream.action("a", "x", {}, { caused_by: given() });
        stream.because(given(action) ?? [], () => stream.phase("4", { caused_by: given(phase) }));
        await stream.close({ caused_by: given() });
        const ids = events().map(({ event_id }) => event_id);
        return events().map(({ caused_by = [] }) => caused_by.map((id) => ids.indexOf(id)));
      };
      const without = await causesOf((...handles) => (handles.length > 0 ? handles : undefined));
      expect(without.slice(1).every((causes) => causes.length > 0)).toBe(true);
      expect(await causesOf((...handles) => (handles.length > 0 ? [none, ...handles, none] : none))).toEqual(
        without,
      );
      expect(await causesOf((...handles) => [...handles, none])).toEqual(without);
    },
  );

  it("past 64 are counted", async () => {
    const { stream, events } = await open();
    const causes = Array.from({ length: 100 }, () => stream.phase("p"));
    stream.because(causes, () => stream.action("a", "x"));
    stream.action("a", "y", {}, { caused_by: causes });
    const [inScope, given] = events().slice(-2);
    expect(inScope?.caused_by).toEqual(
      causes
        .slice(36)
        .toReversed()
        .map((handle) => handle.event_id),
    );
    expect(inScope?.causes_omitted).toBe(36);
    expect(given?.causes_omitted).toBe(37); // and the run's start
  });

  it.each([8, 64, 100, 200])(
    "are as many as maxCauses says where that is %d, and the rest is counted",
    async (maxCauses) => {
      const { stream, events } = await open({ maxCauses });
      const causes = Array.from({ length: 150 }, () => stream.phase("p"));
      const given = (caused_by: EventHandle[]) => ({ caused_by });
      stream.decision("a", "x", given(causes));
      stream.action("a", "x", {}, given(causes));
      stream.detail("x", {}, given(causes));
      stream.system("failure", given(causes));
      stream.because(causes, (scope) => scope.action("a", "x"));
      const most = Math.min(maxCauses, 151);
      const [decision, action, detail, system, inScope] = events().slice(-5);
      for (const event of [decision, action, detail]) {
        expect(event?.caused_by).toHaveLength(most);
        expect(event?.causes_omitted).toBe(most === 151 ? undefined : 151 - most);
      }
      expect(system?.caused_by).toHaveLength(Math.min(most, 64)); // no other kind names more
      expect(inScope?.caused_by).toHaveLength(Math.min(maxCauses, 150));
    },
  );

  it("of one write of each name come first, whatever else there is, then the nearest", async () => {
    const { stream, events } = await open({ maxCauses: 4 });
    const write = (name: string) => stream.state(name, { old_value: 0, new_value: 1 });
    const written = [write("price"), write("rain"), ...Array.from({ length: 20 }, () => write("mood"))];
    const near = stream.action("a", "x");
    stream.decision("a", "x", { caused_by: [...written, near] });
    const [price, rain] = written;
    // The nearest of each name, and one more, in the order of nearness.
    expect(events().at(-1)?.caused_by).toEqual(
      [near, written.at(-1), rain, price].map((handle) => handle?.event_id),
    );
  });

  it.each([0, 1.5, 4097, Number.NaN])("cannot be %d at most: the stream is not opened", async (maxCauses) => {
    await expect(open({ maxCauses })).rejects.toThrow(
      /maxCauses is .*: expected a whole number from 1 to 4096/,
    );
  });

  it("past 64 are counted once, however many stand-ins they came through", async () => {
    const { stream, events } = await open({ verbosity: "ACTION" });
    const causes = Array.from({ length: 100 }, () => stream.action("a", "x"));
    const thought = (caused_by: EventHandle[]) => stream.detail("thought", {}, { caused_by });
    let pair = [thought(causes), thought(causes.slice(0, 90))];
    for (let depth = 0; depth < 2000; depth++)
      pair = [thought(pair), thought([...pair, ...causes.slice(0, 3)])];
    stream.action("a", "y", {}, { caused_by: pair });
    const [first] = events();
    const last = events().at(-1);
    expect(last?.caused_by).toEqual(
      causes
        .slice(36)
        .toReversed()
        .map(({ event_id }) => event_id),
    );
    // The 36 older ones and the run's start.
    expect(last?.causes_omitted).toBe(37);
    expect(first?.event_type).toBe("MILESTONE");
    // Newer ones push others out, which nobody had left out before.
    const more = Array.from({ length: 10 }, () => stream.action("a", "z"));
    stream.action("a", "y", {}, { caused_by: [...pair, ...more] });
    expect(events().at(-1)?.causes_omitted).toBe(47);
  });

  it.each([[[]], [undefined], ["alice"], [[undefined]]])(
    "because(%j) names none: the surrounding scope's stand",
    async (wrong) => {
      const { stream, events } = await open();
      const turn = stream.startTurn(1);
      stream.because(wronglyTyped(wrong), (scope) => {
        stream.action("a", "x");
        scope.action("a", "y");
      });
      for (const event of events().slice(-2)) expect(event.caused_by).toEqual(turn.cause?.event_ids);
    },
  );

  it("of another run are never recorded", async () => {
    const { stream, events } = await open({ verbosity: "ACTION" });
    const other = await open();
    const [foreign, own] = [other.stream.phase("p"), stream.phase("p")];
    stream.because(foreign, () => stream.action("a", "x"));
    stream.because([foreign, own], () => stream.action("a", "y"));
    const suppressed = stream.detail("d", {}, { caused_by: [own, foreign] });
    stream.because(suppressed, () => stream.action("a", "z"));
    stream.action("a", "v", {}, { caused_by: suppressed });
    stream.action("a", "w", {}, { caused_by: foreign });
    const known = new Set(events().map((event) => event.event_id));
    for (const event of events().slice(1)) {
      expect(event.caused_by?.length, JSON.stringify(event)).toBeGreaterThan(0);
      for (const cause of event.caused_by ?? []) expect(known.has(cause)).toBe(true);
    }
    expect(events().at(-1)).toMatchObject({ error_type: "invalid_event" });
  });

  it("of a suppressed event stand in for it, also through many", async () => {
    const { stream, events } = await open({ verbosity: "ACTION" });
    const [one, two] = [stream.action("a", "1"), stream.action("a", "2")];
    let handle: EventHandle = stream.state("v", { old_value: 1, new_value: 2, caused_by: [one, two] });
    expect(handle.event_id).toBeUndefined();
    for (let level = 0; level < 5; level++) {
      handle = stream.because(handle, (scope) => scope.detail("d", {}));
    }
    expect(handle.event_ids.slice(0, 2)).toEqual([two.event_id, one.event_id]);
    stream.because(handle, () => stream.action("a", "3"));
    expect(events().at(-1)?.caused_by?.slice(0, 2)).toEqual([two.event_id, one.event_id]);
  });

  it("of a suppressed event leave out what others of them tell: themselves, or the decision behind them", async () => {
    const { stream, events } = await open({ verbosity: "ACTION" });
    const wrote = (agent: string, because: readonly EventHandle[]) => {
      const decision = stream.decision(agent, "move", { caused_by: because });
      const action = stream.because(decision, (scope) => scope.action(agent, "move"));
      return stream.because(action, (scope) => scope.state("place", { old_value: 1, new_value: 2 }));
    };
    stream.startTurn(1);
    const early = wrote("alice", []);
    const seen = wrote("bob", [early]);
    stream.startTurn(2);
    const other = wrote("carol", []);
    const rule = stream.detail("meeting", {}, { caused_by: [early, seen, other] });
    stream.because(rule, (scope) => scope.action("dave", "leave"));
    const named = events()
      .at(-1)
      ?.caused_by?.map((id) => events().find(({ event_id }) => event_id === id))
      .map((event) => [event?.agent_id ?? event?.milestone_type, event?.turn_number]);
    expect(named).toEqual([
      ["carol", 2],
      ["turn_start", 2],
      ["bob", 1],
    ]);
  });

  it("of a suppressed event that nothing but turns led to are the newest of those", async () => {
    const { stream, events } = await open({ verbosity: "MILESTONE" });
    stream.startTurn(1);
    const early = stream.state("v", { old_value: 1, new_value: 2 });
    const turn = stream.startTurn(2);
    const late = stream.detail("d", {}, { caused_by: [early] });
    stream.startTurn(3);
    stream.because(stream.detail("d", {}, { caused_by: [late, early] }), (scope) => scope.phase("p"));
    stream.because(late, (scope) => scope.phase("q"));
    const [newest, older] = events().slice(-2);
    expect(newest?.caused_by).toEqual([
      events().findLast((event) => event.turn_number === 3 && event.milestone_type === "turn_start")
        ?.event_id,
    ]);
    expect(older?.caused_by).toEqual(turn.cause?.event_ids);
  });
});

describe("handles", () => {
  it("stand for their event", async () => {
    const { stream, events } = await open();
    const handle = stream.phase("p");
    expect(handle.event_id).toBe(events().at(-1)?.event_id);
    expect(handle.event_ids).toEqual([handle.event_id]);
  });

  it("of events that are not recorded are those of what led to them", async () => {
    const { stream } = await open({ verbosity: "MILESTONE" });
    expect(stream.action("a", "x").event_ids).toEqual(stream.cause?.event_ids);
    const [one, two] = [stream.phase("1"), stream.phase("2")];
    const handle = stream.action("a", "x", {}, { caused_by: [one, two] });
    expect(handle.event_id).toBeUndefined();
    expect(handle.event_ids).toEqual([two, one, stream.cause].map((cause) => cause?.event_id));
  });

  it("say whether a kind is recorded at all", async () => {
    const { stream } = await open({ verbosity: "DECISION" });
    expect(EVENT_TYPES.filter((kind) => stream.records(kind))).toEqual(["MILESTONE", "DECISION", "SYSTEM"]);
  });
});
