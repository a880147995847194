import { historyAnswerSchema, stateAnswerSchema } from "@llm-sim/api";
import { StateFold } from "@llm-sim/events/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoreError } from "../../errors.ts";
import { RunReader } from "../../reader/index.ts";
import { anyLog } from "../../testing/any-log.ts";
import { allEvents, inOrder } from "../../testing/brute-force.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { RunExplainer } from "../explainer.ts";
import { isStateNotRecorded } from "../recording/index.ts";
import { lake, told } from "../told-run.test.fixture.ts";

describe("the state at a moment", () => {
  it.each([true, false])(
    "is what folding every event up to there gives, in a log that is ordered: %s",
    async (isOrdered) => {
      await fc.assert(
        fc.asyncProperty(anyLog({ isOrdered, maxLength: 40 }), ({ segments }) =>
          inTemporaryDirectory(async (directory) => {
            writeRun(directory, { segments });
            const explain = RunExplainer.over(new RunReader("any-run", directory, { sidecar: false }));
            const events = (await allEvents(directory)).toSorted(inOrder);
            if (!events.some(({ event_type }) => event_type === "STATE")) return;
            const fold = new StateFold();
            // A turn ends behind the last event of it, or of one before it.
            const atTurnEnd = new Map<number, unknown>(events.map(({ turn_number }) => [turn_number, {}]));
            for (const event of events) {
              if (event.event_type === "STATE") fold.apply(event);
              const { global, agents } = await explain.state({ event_id: event.event_id });
              expect({ global, agents }).toEqual(fold.toJSON());
              for (const turn of atTurnEnd.keys())
                if (turn >= event.turn_number) atTurnEnd.set(turn, structuredClone(fold.toJSON()));
            }
            const ends = (await explain.turnEnds()).map(({ turn }) => turn);
            expect(ends).toEqual([...atTurnEnd.keys()].toSorted((a, b) => a - b));
            for (const [turn, expected] of atTurnEnd) {
              const { global, agents } = await explain.state({ turn });
              expect({ global, agents }).toEqual(expected);
            }
          }),
        ),
        { numRuns: 40 },
      );
    },
  );

  it("agrees with the hash at the end of each turn, and says nothing of one within a turn", () =>
    told(lake(5), async ({ explain, events }) => {
      for (let turn = 1; turn <= 5; turn++) {
        const state = stateAnswerSchema.parse(await explain.state({ turn }));
        expect(state).toMatchObject({ simulation_id: "told", turn, check: "agrees", exact: true, gaps: [] });
      }
      const within = events.find((event) => event.turn_number === 3 && event.event_type === "STATE");
      expect(await explain.state({ event_id: within?.event_id ?? "" })).toMatchObject({
        turn: 3,
        check: "none",
        exact: true,
      });
      expect(await explain.state({ turn: 0 })).toMatchObject({
        global: { fish: 100 },
        agents: { ann: { caught: 0 } },
      });
      expect(await explain.state()).toEqual(
        await explain.state({ turn: 5 }).then((state) => ({ ...state, event_id: events.at(-1)?.event_id })),
      );
    }));

  it("says whether its turn is over, and of a turn under way that it is not", () =>
    told(lake(3), async ({ explain, events }) => {
      for (const turn of [0, 1, 2, 3])
        expect(await explain.state({ turn })).toMatchObject({ turn, turn_ended: true });
      for (const { event_id, turn_number: turn, ...event } of events)
        expect(await explain.state({ event_id }), event_id).toMatchObject({
          turn,
          turn_ended:
            turn > 0 &&
            event.event_type === "MILESTONE" &&
            ["turn_end", "simulation_end"].includes(event.milestone_type),
        });
    }));

  it.each([
    ["before the first turn has ended", "turn_end", 1, undefined],
    ["within its second turn", "turn_end", 2, false],
    ["right after its second turn", "turn_start", 3, true],
    ["at the start of its third turn", "decision", 3, false],
  ])("of a log that is only written to %s", (_, milestone, turn, expected) =>
    told(lake(3), async ({ explain }) => expect((await explain.state()).turn_ended).toBe(expected), {
      lines: (lines) => {
        const at = lines.findIndex(
          (line) =>
            line.includes(`"turn_number":${turn},`) &&
            (line.includes(`"milestone_type":"${milestone}"`) ||
              line.includes(`"${milestone.toUpperCase()}"`)),
        );
        return lines.slice(0, at);
      },
    }),
  );

  it("says that it cannot be right where the hash is another's", () =>
    told(
      lake(3),
      async ({ explain }) => {
        const state = await explain.state({ turn: 2 });
        expect(state).toMatchObject({ check: "disagrees", exact: false });
        expect(state.gaps.map(({ kind }) => kind)).toEqual(["contradiction", "disagreement"]);
      },
      {
        lines: (lines) =>
          lines
            .map((line) =>
              line.includes('"turn_number":2') ? line.replace('"new_value":10,', '"new_value":11,') : line,
            )
            .filter(
              (line) => !(line.includes('"turn_number":2,"event_type":"STATE"') && line.includes('"fish"')),
            ),
      },
    ));

  it("tells of a loss before it, until a hash that agrees vouches for the whole", () => {
    const lost = {
      error_type: "events_dropped",
      details: { dropped: 2, counts: { STATE: 2 }, turn_start: 3, turn_end: 3 },
    };
    return told(
      lake(6, { onTurn: (turn, scope) => void (turn === 3 && scope.system("warning", lost)) }),
      async ({ explain, events }) => {
        const during = events.find((event) => event.turn_number === 3 && event.event_type === "DECISION");
        const state = await explain.state({ event_id: during?.event_id ?? "" });
        expect(state.exact).toBe(false);
        expect(state.gaps).toMatchObject([{ kind: "loss", turn_end: 3 }]);
        expect(await explain.state({ turn: 3 })).toMatchObject({ check: "agrees", exact: true, gaps: [] });
        const after = events.find((event) => event.turn_number === 4 && event.event_type === "DECISION");
        expect(await explain.state({ event_id: after?.event_id ?? "" })).toMatchObject({
          exact: true,
          gaps: [],
        });
        expect((await explain.history({ variable: "fish" })).gaps).toHaveLength(1);
      },
    );
  });

  it("is refused where the run does not record it, with the verbosity that would", () =>
    told(
      lake(2),
      async ({ explain }) => {
        const error = await explain.state({ turn: 1 }).catch((thrown: unknown) => thrown);
        expect(isStateNotRecorded(error)).toBe(true);
        expect(error).toMatchObject({
          code: "INVALID_ARGUMENT",
          details: { verbosity: "ACTION", needed_verbosity: "STATE", parameter: "turn" },
        });
        expect(String(error)).toContain("verbosity STATE");
      },
      { verbosity: "ACTION" },
    ));

  it("is refused of a turn that there is none of, of two moments at once, and of an event of another run", () =>
    told(lake(2), async ({ explain, events }) => {
      const id = events[0]?.event_id ?? "";
      const code = (promise: Promise<unknown>) =>
        promise.catch((error: unknown) =>
          isStoreError(error) ? [error.code, error.details.parameter] : error,
        );
      expect(await code(explain.state({ turn: 3 }))).toEqual(["INVALID_ARGUMENT", "turn"]);
      expect(await code(explain.state({ turn: 1, event_id: id }))).toEqual(["INVALID_ARGUMENT", "event_id"]);
      expect(await code(explain.state({ turn: -1 }))).toEqual(["INVALID_ARGUMENT", "turn"]);
      expect(await code(explain.state({ event_id: "01KAR8B1C0A1B2C000000000F7" }))).toEqual([
        "EVENT_NOT_FOUND",
        undefined,
      ]);
    }));
});

describe("the history of a variable", () => {
  it("is all its writes with what brought them about, page by page", () =>
    told(lake(3), async ({ explain, events }) => {
      const all = historyAnswerSchema.parse(await explain.history({ variable: "fish" }));
      expect(all).toMatchObject({ variable: "fish", total: 10, has_more: false });
      expect(all.writes.map(({ cause }) => cause?.label)).toEqual([
        "the set-up",
        ...Array.from({ length: 3 }, () => ["harvest by ann", "harvest by bob", "growth"]).flat(),
      ]);
      expect(all.writes.map(({ event_id }) => event_id)).toEqual(
        events
          .filter((event) => event.event_type === "STATE" && event.variable_name === "fish")
          .map(({ event_id }) => event_id),
      );
      const page = await explain.history({
        variable: "fish",
        turn_start: 2,
        turn_end: 3,
        offset: 1,
        limit: 2,
      });
      expect(page).toMatchObject({ total: 6, has_more: true, writes: all.writes.slice(5, 7) });
    }));

  it("takes an agent's variable by its id or with its name, and suggests the nearest where there is none", () =>
    told(lake(1), async ({ explain }) => {
      expect(await explain.history({ variable: "ann.caught" })).toEqual(
        await explain.history({ variable: "caught", agent_id: "ann" }),
      );
      const error = await explain.history({ variable: "ann.cought" }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { parameter: "variable", nearest: ["ann.caught"] },
      });
      const agent = await explain
        .history({ variable: "caught", agent_id: "anna" })
        .catch((thrown: unknown) => thrown);
      expect(agent).toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { parameter: "agent_id", nearest: ["ann"] },
      });
    }));
});
