import { describe, expect, it } from "vitest";
import { type Tale, told } from "../told-run.test.fixture.ts";

/** An agent decides each turn, and says that it may remember the turn before; what it does is a change of its own. */
function forgetful(turns: number, says: (turn: number) => object | undefined): Tale {
  return (stream, world) => {
    world.set(stream, "ann.steps", 0);
    let before = stream.startTurn(1).decision("ann", "walk", { new_value: 1 });
    for (let turn = 2; turn <= turns; turn++) {
      const scope = stream.startTurn(turn);
      const decision = scope.decision("ann", "walk", {
        new_value: turn,
        caused_by: [before],
        details: says(turn),
      });
      const action = scope.action("ann", "step", {}, { caused_by: decision });
      world.set(scope, "ann.steps", turn, { caused_by: action });
      scope.end(world.hashed);
      before = decision;
    }
  };
}

const unknown = forgetful(5, (turn) => ({ remembered: { turn: turn - 1 } }));
const tracked = forgetful(5, () => ({ memory: { last: "step" } }));

describe("what an agent may remember, nobody knows what", () => {
  it("is told last, as what may be, and one step back", () =>
    told(unknown, async ({ explain }) => {
      const { steps } = await explain.why({ variable: "ann.steps" });
      expect(steps.map(({ part, sentence }) => [part, sentence])).toEqual([
        ["asked", "ann.steps went from 4 to 5 (+1) in turn 5 — 4 turns in a row, from 2 to 5, +5 together."],
        ["carried", "In turn 5 ann's step was carried out."],
        ["decided", "In turn 5 ann decided on walk: 5."],
        ["remembered", "ann may have gone by what it remembers of turn 4, when it decided on walk: 4."],
      ]);
    }));

  it("is no effect of the decision before: effects and widest leave it out", () =>
    told(unknown, async ({ explain, events }) => {
      const second = events.find((event) => event.event_type === "DECISION" && event.turn_number === 2);
      const effects = await explain.effects({ event_id: second?.event_id ?? "", depth: 20 });
      expect(effects).toMatchObject({ events: 2, changes: 1, truncated: false });
      const { decisions } = await explain.widest({ horizon: 20 });
      expect(decisions.map(({ events: count }) => count)).toEqual([2, 2, 2, 2, 0]);
    }));
});

describe("what an agent is known to remember", () => {
  it("is told last, with what it kept", () =>
    told(tracked, async ({ explain }) => {
      const { steps } = await explain.why({ variable: "ann.steps" });
      expect(steps.at(-1)?.sentence ?? "").toBe(
        'ann remembered turn 4 (last: "step"), when it decided on walk: 4.',
      );
    }));

  it("is told of what it forgot, too", () =>
    told(
      forgetful(3, () => ({ forgotten: ["grudge"] })),
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "ann.steps" });
        expect(steps.find(({ part }) => part === "remembered")?.sentence ?? "").toBe(
          "ann remembered turn 2, in which it forgot grudge, when it decided on walk: 2.",
        );
      },
    ));

  it("is no decision that stands for what it led to, where that is not on record", () =>
    told(
      forgetful(3, () => undefined),
      async ({ explain }) => {
        const { steps } = await explain.why({ variable: "ann.steps" });
        expect([steps.at(-1)?.part, steps.at(-1)?.sentence ?? ""]).toEqual([
          "rested",
          "ann had read what its walk in turn 2 came to.",
        ]);
      },
    ));

  it("is an effect like any other", () =>
    told(tracked, async ({ explain, events }) => {
      const second = events.find((event) => event.event_type === "DECISION" && event.turn_number === 2);
      const effects = await explain.effects({ event_id: second?.event_id ?? "", depth: 20 });
      expect(effects.changes).toBe(4);
      const [widest] = (await explain.widest({ horizon: 20 })).decisions;
      expect([widest?.turn, widest?.changes]).toEqual([1, 4]);
    }));
});
