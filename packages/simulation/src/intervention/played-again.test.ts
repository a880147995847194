// The claim for runs that are played again with something made otherwise: variables that are set, decisions that are replaced,
// events that are left out.
import type { Intervention } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leftOutOf } from "../intervene/index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { changesOf, isIntervention } from "./interventions.test.fixture.ts";
import { worldOf } from "./random-world.test.fixture.ts";
import { type Recording, recorded } from "./recording.test.fixture.ts";

/** More with `npm run test:causes`. */
const RUNS = Number(process.env.CAUSES_RUNS ?? 20);
const SEED = Number(process.env.CAUSES_SEED ?? 1);

interface Change {
  intervention: Intervention;
  /** What is made otherwise, in the run that it was before. */
  changed?: Event;
}

/** What of a run can be made otherwise, by kind. */
function possible(run: Recording): Record<string, Change[]> {
  const last = run.events.at(-1)?.turn_number ?? 0;
  const kinds: Record<string, Change[]> = { set: [], decide: [], without: [] };
  for (let turn = 1; turn <= last; turn++) {
    for (const { agent_id, variable, value } of changesOf(run, turn)) {
      const name = agent_id === undefined ? `global.${variable}` : `${agent_id}.${variable}`;
      kinds.set?.push({ intervention: { turn, set: [{ variable: name, value }] } });
    }
    const inTurn = run.events.filter((event) => event.turn_number === turn);
    for (const changed of inTurn) {
      if (changed.event_type === "DECISION") {
        const decision = { decision_type: "other" };
        const decide = [{ agent_id: changed.agent_id, decision }];
        kinds.decide?.push({ intervention: { turn, decide }, changed });
      }
      try {
        kinds.without?.push({ intervention: { turn, without: [leftOutOf(changed, inTurn)] }, changed });
      } catch {
        // what cannot be left out
      }
    }
  }
  return kinds;
}

describe.each(["STATE", "DETAIL"] as const)("at %s", { timeout: 600_000 }, (verbosity) => {
  it.each(["set", "decide", "without"])(
    `what is made otherwise (%s) leads on to every difference it makes, in ${RUNS} simulations made at random`,
    async (kind) => {
      const total = { differing: 0, worlds: 0, gaps: 0, unused: 0 };
      const tape = fc.array(fc.nat(999), { maxLength: 160, size: "max" });
      const property = fc.asyncProperty(tape, fc.nat(999), async (numbers, which) => {
        const simulation = worldOf(numbers).simulation(false);
        const left = await recorded(simulation, verbosity);
        const all = possible(left)[kind] ?? [];
        const change = all[which % all.length];
        if (!change) return;
        const { intervention, changed } = change;
        const right = await recorded(simulation, verbosity, { again: { interventions: [intervention] } });
        const decision =
          changed?.event_type === "DECISION"
            ? { turn: changed.turn_number, agent_id: changed.agent_id }
            : undefined;
        const claim = testClaim(left, right, (event) => event === changed || isIntervention(event, decision));
        const isUnused = (event: Event) =>
          event.event_type === "SYSTEM" && event.error_type === "intervention_unused";
        if (right.events.some(isUnused)) total.unused++;
        total.differing += claim.differing;
        total.gaps += claim.gaps;
        total.worlds++;
        expect(claim.unexplained.map(({ run, text }) => `${run}: ${text}`)).toEqual([]);
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED });
      console.log(
        `${kind} at ${verbosity}: ${total.worlds} simulations made at random: ${total.differing} differing events, 100 % with a cause that tells, ${total.gaps} gaps`,
      );
      expect(total.gaps).toBe(0);
      expect(total.unused).toBe(0);
      expect(total.differing).toBeGreaterThan(total.worlds / 2);
    },
  );
});
