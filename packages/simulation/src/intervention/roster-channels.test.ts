import { describe, expect, it } from "vitest";
import type { AgentType, Newcomer } from "../index.ts";
import {
  child,
  doer,
  type Hamlet,
  hamlet,
  type Powers,
  type Script,
  sitter,
  withMoreBread,
} from "../roster/hamlet.test.fixture.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

/** What a channel has of its own: who comes, goes or sits out where there is more bread than before. */
interface Channel extends Script {
  agents?: Record<string, AgentType>;
}

const kid = (id: string, more: Partial<Newcomer> = {}): Newcomer => ({ id, type: "child", ...more });
const isPlenty = (draft: Hamlet) => draft.global.bread > 3;
/** Does something in a rule where there is more bread, in turn 2. */
const wherePlenty =
  (body: (powers: Powers, draft: Hamlet) => unknown, turn = 2): NonNullable<Script["afterActions"]> =>
  (powers) => {
    if (powers.turn === turn) powers.rule("plenty", (draft) => void (isPlenty(draft) && body(powers, draft)));
  };
const both = { ann: sitter, bob: sitter };
const reader: AgentType = ({ world }: { world: Hamlet["global"] }) => ({
  decision_type: `see ${world.bread}`,
});

const channels: Record<string, Channel> = {
  "a coming": { afterActions: wherePlenty(({ spawn }) => spawn(kid("abe"))) },
  "a coming before the agents look": { beforeTurn: wherePlenty(({ spawn }) => spawn(kid("abe"))) },
  "a coming by an action": {
    agents: { ann: doer, bob: sitter },
    effect: ({ turn, spawn }, draft) => {
      if (turn === 2 && isPlenty(draft)) spawn(kid("abe"));
    },
  },
  "the id of a coming": {
    afterActions: ({ turn, rule, spawn }) => {
      if (turn === 2) rule("births", (draft) => spawn(kid(`kid-${draft.global.bread}`)));
    },
  },
  "the params of a coming": {
    afterActions: ({ turn, rule, spawn }) => {
      if (turn === 2)
        rule("births", (draft) =>
          spawn({ id: "eve", type: "elder", params: { wisdom: draft.global.bread } }),
        );
    },
  },
  "the part of a coming": {
    afterActions: ({ turn, rule, spawn }) => {
      if (turn === 2)
        rule("births", ({ global }) => spawn(kid("abe", { initial_state: { age: global.bread } })));
    },
  },
  "who is there": {
    afterActions: (powers) => {
      wherePlenty(({ spawn }) => spawn(kid("abe", { initial_state: {} })))(powers);
      powers.rule("census", (draft) => {
        draft.global.bread += Object.keys(draft.agents).length / 100;
      });
    },
  },
  "an id that is used": {
    agents: { ann: doer, bob: sitter },
    effect: ({ turn, spawn }) => {
      if (turn === 3) spawn(kid("abe"));
    },
    afterActions: wherePlenty(({ spawn }) => spawn(kid("abe"))),
  },
  "a going of one that looks at itself": {
    agents: { ann: sitter, bob: child },
    afterActions: wherePlenty(({ remove }) => remove("bob")),
  },
  "a going of one that looks at nothing": { afterActions: wherePlenty(({ remove }) => remove("bob")) },
  "a going of one that looks at others only": {
    agents: { ann: sitter, bob: reader },
    afterActions: wherePlenty(({ remove }) => remove("bob")),
  },
  "a part that is taken away": {
    afterActions: wherePlenty((_, draft) => {
      delete draft.agents.bob;
    }),
  },
  "a part that is given back": {
    beforeTurn: ({ turn, rule }) => {
      if (turn === 1) rule("sold", (draft) => delete draft.agents.bob);
    },
    afterActions: wherePlenty((_, draft) => {
      draft.agents.bob = { age: 1 };
    }),
  },
  "a going before others act": {
    agents: { ann: doer, bob: doer },
    effect: ({ turn, remove }, draft, id) => {
      if (turn === 2 && id === "ann" && isPlenty(draft)) remove("bob");
    },
  },
  "a going of one that came": {
    beforeTurn: ({ turn, rule, spawn }) => {
      if (turn === 1) rule("births", () => spawn(kid("abe")));
    },
    afterActions: wherePlenty(({ remove }) => remove("abe")),
  },
  "a going that is refused": {
    agents: { ann: doer, bob: sitter },
    effect: ({ turn, remove }) => {
      if (turn === 3) remove("bob");
    },
    afterActions: wherePlenty(({ remove }) => remove("bob")),
  },
  "a pause": { afterActions: wherePlenty(({ pause }) => pause("bob")) },
  "a pause of some turns": { afterActions: wherePlenty(({ pause }) => pause("bob", 1)) },
  "the length of a pause": {
    afterActions: ({ turn, rule, pause }) => {
      if (turn === 1) rule("winter", ({ global }) => pause("bob", global.bread - 2));
    },
  },
  "a pause by a hook": {
    afterActions: ({ turn, world, pause }) => {
      if (turn === 2 && world().global.bread > 3) pause("bob");
    },
  },
  "a return to deciding": {
    beforeTurn: ({ turn, rule, pause }) => {
      if (turn === 1) rule("winter", () => pause("bob"));
    },
    afterActions: wherePlenty(({ resume }) => resume("bob")),
  },
  "a return of one that may sit out": {
    beforeTurn: wherePlenty(({ pause }) => pause("bob")),
    afterActions: ({ turn, rule, resume }) => {
      if (turn === 3) rule("spring", () => resume("bob"));
    },
  },
  "a pause of one that may have gone": {
    agents: { ann: doer, bob: sitter },
    effect: ({ turn, pause }) => {
      if (turn === 3) pause("bob", 1);
    },
    afterActions: wherePlenty(({ remove }) => remove("bob")),
  },
};

describe.each(["STATE", "DETAIL"] as const)(
  "at %s, a change leads on to who comes, goes and sits out, by",
  (verbosity) => {
    it.each(Object.entries(channels))("%s", async (_, { agents = both, ...script }) => {
      const at = (isChanged: boolean) =>
        hamlet(isChanged ? withMoreBread(script) : script, { agents, turns: 5 });
      const left = await recorded(at(false), verbosity);
      const right = await recorded(at(true), verbosity);
      const claim = testClaim(left, right, (event) => isIntervention(event));
      expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
      expect(claim.gaps).toBe(0);
      expect(claim.differing).toBeGreaterThan(1);
    });
  },
);
