import { type CompareAnswer, compareAnswerSchema } from "@llm-sim/api";
import type { Event, VerbosityLevel } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunReader } from "../../reader/index.ts";
import { anyLog } from "../../testing/any-log.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { compareRuns, RunExplainer } from "../explainer.ts";
import { cents, lake, record, type Tale, type Telling, type Told } from "../told-run.test.fixture.ts";

/** Records two tales and compares them. */
function compared<T>(
  tales: { left: Tale; right: Tale },
  check: (answer: CompareAnswer, runs: { left: Told; right: Told }) => T | Promise<T>,
  tellings: { left?: Telling; right?: Telling } = {},
): Promise<T> {
  return inTemporaryDirectory(async (output) => {
    const left = await record(output, tales.left, { simulationId: "left", ...tellings.left });
    const right = await record(output, tales.right, { simulationId: "right", ...tellings.right });
    return check(compareAnswerSchema.parse(await compareRuns(left.explain, right.explain)), { left, right });
  });
}

const tenth = (fish: number) => cents(fish / 10);

describe("two runs", () => {
  it("that say the same are equal, whatever their ids and times", () =>
    compared({ left: lake(5), right: lake(5) }, (answer) => {
      expect(answer).toMatchObject({
        equal: true,
        differences: { total: 0 },
        turns: [],
        configuration: [],
        gaps: [],
        compared_at: "STATE",
      });
      expect(answer.divergence).toBeUndefined();
      expect(answer.summary).toBe("The runs are equal, as far as STATE shows.");
    }));

  /** Takes a change away that a later one follows from. */
  const withoutChange = (all: string[]): string[] => {
    const place = all.findIndex((line) => /"turn_number":2,"event_type":"STATE"/.test(line));
    return all.filter((_, at) => at !== place);
  };

  it("of which one lacks a change are not said to part by what happened: it may come from what is missing", () =>
    compared(
      { left: lake(5), right: lake(5) },
      ({ complete, divergence }) => {
        expect(complete).toBe(false);
        expect(divergence?.cause).toMatch(
          /^Nothing before it that is in both logs differs, but events up to there are missing/,
        );
      },
      { right: { lines: withoutChange } },
    ));

  it("that lack the same change are not said to be equal, only what is in their logs", () =>
    compared(
      { left: lake(5), right: lake(5) },
      ({ complete, summary }) => {
        expect(complete).toBe(false);
        expect(summary).toBe(
          "What is in both logs is equal, as far as STATE shows; not all that happened is in them.",
        );
      },
      { left: { lines: withoutChange }, right: { lines: withoutChange } },
    ));

  it("are compared as far as their writes follow from each other, on either side", async () => {
    const line = (number: number, turn: number, fields: object) =>
      JSON.stringify({
        event_id: `01M892BP8A00000000000000${String(number).padStart(2, "0")}`,
        timestamp: `2026-11-25T10:00:00.0${String(number).padStart(2, "0")}000Z`,
        turn_number: turn,
        event_type: "STATE",
        simulation_id: "any-run",
        scope: "global",
        ...fields,
      });
    const explain = (directory: string, third: object) => {
      const lines = [
        line(1, 0, { variable_name: "price", old_value: null, new_value: 1, change: "added" }),
        line(2, 1, { variable_name: "price", old_value: 1, new_value: 2 }),
        line(3, 2, { variable_name: "price", ...third }),
      ];
      writeRun(directory, { segments: [lines] });
      return RunExplainer.over(new RunReader("any-run", directory, { sidecar: false }));
    };
    const follows = { old_value: 2, new_value: 3 };
    for (const [third, told] of [
      [{ old_value: 7, new_value: 3 }, "price was 7 before it was written in turn 2, and it was 2 in turn 1"],
      [
        { old_value: [7], new_value: 3 },
        "price was [7] before it was written in turn 2, and it was 2 in turn 1",
      ],
      [{ ...follows, lossy: ["/new_value"] }, "The value of price of turn 2 was altered"],
    ] as const) {
      for (const side of ["left", "right"]) {
        await inTemporaryDirectory((output) =>
          inTemporaryDirectory(async (other) => {
            const [whole, holed] = [explain(output, follows), explain(other, third)];
            const { complete, gaps } = await (side === "left"
              ? compareRuns(holed, whole)
              : compareRuns(whole, holed));
            const found = gaps.filter(({ kind }) => kind === "contradiction" || kind === "lossy");
            expect([complete, found.map(({ message }) => message)]).toEqual([
              false,
              [expect.stringContaining(`On the ${side}: ${told}`)],
            ]);
          }),
        );
      }
    }
  });

  it("of which one is the other are equal, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(anyLog({ isOrdered: false }), ({ segments }) =>
        inTemporaryDirectory(async (directory) => {
          writeRun(directory, { segments });
          const explain = () => RunExplainer.over(new RunReader("any-run", directory, { sidecar: false }));
          const answer = await compareRuns(explain(), explain());
          expect(answer).toMatchObject({ equal: true, differences: { total: 0 } });
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("with one decision changed part ways exactly there, and the rest follows from it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom("ann", "bob"),
        fc.integer({ min: 1, max: 5 }),
        (turn, who, more) =>
          compared(
            {
              left: lake(6),
              right: lake(6, {
                take: (agent, at, fish) => tenth(fish) + (agent === who && at === turn ? more : 0),
              }),
            },
            ({ divergence, differences, independent, turns, equal }) => {
              expect(equal).toBe(false);
              expect(divergence?.difference).toMatchObject({
                kind: "changed",
                key: { turn, event_type: "DECISION", agent_id: who, name: "fish", occurrence: 1 },
              });
              expect(divergence?.difference.fields.map(({ path }) => path)).toContain("/new_value");
              expect(divergence?.cause).toBe(
                `Everything before it is the same in both runs: ${who} decided otherwise.`,
              );
              expect(differences.following).toBe(differences.total - 1);
              expect(differences.independent).toBe(0);
              expect(independent).toEqual([]);
              expect(turns.map((one) => one.turn)).toEqual([1, 2, 3, 4, 5, 6].filter((one) => one >= turn));
            },
          ),
      ),
      { numRuns: 20 },
    );
  });

  it("are told apart from what does not follow", () =>
    compared(
      {
        left: lake(3),
        right: lake(3, {
          take: (agent, turn, fish) => tenth(fish) + (turn === 2 ? (agent === "ann" ? 1 : 2) : 0),
        }),
      },
      ({ divergence, differences, independent }) => {
        expect(divergence?.difference.key).toMatchObject({
          turn: 2,
          agent_id: "ann",
          event_type: "DECISION",
        });
        expect(independent[0]?.key).toMatchObject({ turn: 2, agent_id: "bob", event_type: "DECISION" });
        expect(independent).toHaveLength(1);
        expect(differences.following + differences.independent).toBe(differences.total - 1);
      },
    ));

  describe("follow over to the other run where something happened in one only:", () => {
    const follows = (left: Tale, right: Tale) =>
      compared({ left, right }, ({ differences, independent }) => {
        expect(differences.total).toBeGreaterThan(1);
        expect(independent).toEqual([]);
      });

    it("an agent decides in one, and was made to sit out, or went, in the other", () => {
      const tale =
        (isPaused: boolean): Tale =>
        (stream, world) => {
          world.set(stream, "bread", 3);
          const first = stream.startTurn(1);
          if (isPaused) {
            const details = { system_event_type: "agent_paused" };
            first.system("success", { subject_agent_id: "ann", details });
          }
          first.end(world.hashed);
          const second = stream.startTurn(2);
          if (!isPaused) second.decision("ann", "eat");
          second.end(world.hashed);
        };
      return follows(tale(true), tale(false));
    });

    it("a value was read in both, and had been written once more in one", () => {
      const tale =
        (isWritten: boolean): Tale =>
        (stream, world) => {
          world.set(stream, "bread", 3);
          const first = stream.startTurn(1);
          if (isWritten) world.set(first, "bread", 2);
          first.end(world.hashed);
          const second = stream.startTurn(2);
          const caused_by = world.read("bread");
          second.decision("ann", isWritten ? "eat" : "wait", { caused_by });
          if (!isWritten) second.decision("bob", "wait", { caused_by });
          second.end(world.hashed);
        };
      return follows(tale(true), tale(false));
    });
  });

  it("are shown with what was before and what came after", () =>
    compared(
      {
        left: lake(2),
        right: lake(2, { take: (agent, turn, fish) => (agent === "bob" && turn === 2 ? 1 : tenth(fish)) }),
      },
      ({ divergence }, { left, right }) => {
        const decisions = (events: readonly Event[]) =>
          events.filter((event) => event.turn_number === 2 && event.event_type === "DECISION");
        expect(divergence?.before.at(-1)).toEqual({
          event_id: decisions(left.events)[0]?.event_id,
          text: expect.stringMatching(/^In turn 2 ann decided on fish/),
        });
        expect(divergence?.difference).toMatchObject({
          left: decisions(left.events)[1],
          right: decisions(right.events)[1],
        });
        expect(divergence?.left_after[0]?.text).toMatch(/^In turn 2 ann's harvest/);
        expect(divergence?.right_causes.map(({ text }) => text)).toContainEqual(
          expect.stringMatching(/^bob had read fish/),
        );
      },
    ));

  it("count an event that only one has, and a decision for something else as the same decision", () =>
    compared(
      {
        left: (stream) => {
          const turn = stream.startTurn(1);
          turn.action("ann", "buy", {}, { caused_by: turn.decision("ann", "buy") });
          turn.end();
        },
        right: (stream) => {
          const turn = stream.startTurn(1);
          turn.decision("ann", "wait");
          turn.end();
          stream.startTurn(2).end();
        },
      },
      ({ divergence, differences, following }) => {
        expect(divergence?.difference).toMatchObject({ kind: "changed", key: { name: "buy" } });
        expect(divergence?.difference.fields.map(({ path }) => path)).toContain("/decision_type");
        expect(following.map(({ kind, key }) => [kind, key.name])).toEqual([["only_left", "buy"]]);
        // The action, and on either side what belongs to a run's end, which comes a turn later.
        expect(differences).toMatchObject({ only_left: 2, only_right: 3, changed: 1 });
      },
    ));

  it("are as far apart as their states are, by variable and by agent", () =>
    compared(
      {
        left: lake(2),
        right: lake(2, {
          take: (agent, turn, fish) => tenth(fish) + (agent === "ann" && turn === 2 ? 1 : 0),
        }),
      },
      async ({ turns }, { left, right }) => {
        const [last] = turns.slice(-1);
        const [one, other] = [await left.explain.state({ turn: 2 }), await right.explain.state({ turn: 2 })];
        const apart = (name: "ann") =>
          Math.abs(Number(one.agents[name]?.caught) - Number(other.agents[name]?.caught));
        const fish = Math.abs(Number(one.global.fish) - Number(other.global.fish));
        expect(last).toMatchObject({
          turn: 2,
          differing: 2,
          variables: {
            caught: { differing: 1, distance: apart("ann") },
            fish: { differing: 1, distance: fish },
          },
        });
        expect(last?.agents).toEqual({
          ann: { differing: 1, distance: apart("ann") },
          "": { differing: 1, distance: fish },
        });
      },
    ));

  it("are compared at what both record", () =>
    compared(
      { left: lake(3), right: lake(3) },
      (answer) => {
        expect(answer).toMatchObject({
          equal: true,
          compared_at: "ACTION",
          turns: [],
          gaps: [{ kind: "verbosity", needed_verbosity: "STATE" }],
        });
      },
      { right: { verbosity: "ACTION" } },
    ));

  describe("of which one has no run.json", () => {
    const withoutCauses = (all: string[]) => all.map((line) => line.replace(/"caused_by":\[[^\]]*\],/, ""));
    const equalTo = (right: Telling, verbosity: VerbosityLevel, leftVerbosity = verbosity) =>
      compared({ left: lake(2), right: lake(2) }, ({ equal }) => equal, {
        left: { verbosity: leftVerbosity },
        right: { verbosity, hasManifest: false, ...right },
      });

    it.each(["STATE", "DETAIL"] as const)("are compared by their causes, too, at %s", async (verbosity) => {
      expect(await equalTo({}, verbosity)).toBe(true);
      expect(await equalTo({ lines: withoutCauses }, verbosity)).toBe(false);
    });

    it("are not where it holds what the other leaves out: effects carry the causes of that", async () => {
      expect(await equalTo({}, "DETAIL", "ACTION")).toBe(true);
    });
  });

  it("may differ in how long things took, in retries, and in nothing else", () => {
    const asked =
      (latency: number, retries: number, note: string): Tale =>
      (stream) => {
        const turn = stream.startTurn(1);
        for (let retry = 1; retry <= retries; retry++)
          turn.system("retry", { retry_count: retry, subject_agent_id: "ann" });
        turn.decision("ann", "answer", {
          details: { latency_ms: latency, inner: [{ duration: latency }], note },
        });
        turn.end();
      };
    return compared({ left: asked(12, 0, "a"), right: asked(900, 3, "a") }, ({ equal }) => {
      expect(equal).toBe(true);
      return compared({ left: asked(12, 0, "a"), right: asked(12, 0, "b") }, ({ divergence }) => {
        expect(divergence?.difference.fields).toEqual([{ path: "/details/note", left: "a", right: "b" }]);
      });
    });
  });

  it("are told with how they were set up differently", () =>
    compared(
      { left: lake(1), right: lake(1, { take: () => 1 }) },
      (answer) => {
        expect(answer.configuration).toEqual([
          { path: "/seed", left: 1, right: 2 },
          { path: "/config/simulation/seed", left: 1, right: 2 },
        ]);
        expect(answer.left).toMatchObject({ events: 16, turns: 1, verbosity: "STATE" });
        expect(answer.divergence?.cause).toBe(
          "Everything before it is the same in both runs: ann decided otherwise. The runs were set up differently: seed 1 and 2.",
        );
      },
      { right: { seed: 2 } },
    ));
});
