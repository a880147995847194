// Villages made at random, whose people come, go and sit out in rules and effects.
import * as fc from "fast-check";
import type { DecideFunction } from "../index.ts";
import { child, doer, type Hamlet, type Powers, type Script, sitter } from "../roster/hamlet.test.fixture.ts";

export const TURNS = 6;
export const IDS = ["ann", "bob", "cid", "kid-1", "kid-2"] as const;
export const TYPES: Record<string, DecideFunction> = {
  sitter,
  doer,
  child,
  reader: ({ world }: { world: Hamlet["global"] }) => ({ decision_type: `see ${world.bread}` }),
};

/** Something that is done to who is there, or to the bread, where there is more than so much bread. */
const step = fc.record({
  turn: fc.integer({ min: 1, max: TURNS }),
  where: fc.constantFrom("before", "after", "effect" as const),
  who: fc.constantFrom(...IDS),
  acting: fc.constantFrom(...IDS),
  above: fc.integer({ min: 0, max: 5 }),
  does: fc.constantFrom("spawn", "remove", "take away", "give", "pause", "resume", "bake", "age" as const),
  turns: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take({ does, who, turns }: Step, powers: Powers, draft: Hamlet): void {
  const part = draft.agents[who];
  switch (does) {
    case "spawn":
      powers.spawn({
        id: who,
        type: turns === undefined ? "child" : "doer",
        initial_state: { age: turns ?? 0 },
      });
      return;
    case "remove":
      powers.remove(who);
      return;
    case "take away":
      delete draft.agents[who];
      return;
    case "give":
      draft.agents[who] = { age: 7 };
      return;
    case "pause":
      powers.pause(who, turns);
      return;
    case "resume":
      powers.resume(who);
      return;
    case "bake":
      draft.global.bread += 1;
      return;
    default:
      if (part) part.age += draft.global.bread;
  }
}

/** In a rule nothing is refused, which would end the run: what is refused there is left out. */
export function scriptOf(steps: readonly Step[]): Script {
  const inRules = (where: Step["where"]) => (powers: Powers) => {
    for (const [index, one] of steps.entries()) {
      if (one.turn !== powers.turn || one.where !== where) continue;
      powers.rule(`step ${index}`, (draft) => {
        if (draft.global.bread <= one.above) return;
        try {
          take(one, powers, draft);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "ActionRefused") throw error;
        }
      });
    }
  };
  return {
    beforeTurn: inRules("before"),
    afterActions: inRules("after"),
    effect: (powers, draft, agentId) => {
      for (const one of steps) {
        if (one.turn !== powers.turn || one.where !== "effect" || one.acting !== agentId) continue;
        if (draft.global.bread > one.above) take(one, powers, draft);
      }
    },
  };
}

export const village = fc.record({
  steps: fc.array(step, { minLength: 4, maxLength: 14 }),
  agents: fc.tuple(...Array.from({ length: 3 }, () => fc.constantFrom(...Object.keys(TYPES)))),
});
