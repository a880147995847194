import { coordinateText, readTape } from "@llm-sim/events/tape";
import { type MemoryStream, openMemoryStream } from "@llm-sim/events/testing";
import { type Decision, defineSimulation, runSimulation } from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import { play } from "../testing/play.ts";
import { NegotiationEngine, type PartyView } from "./negotiation.ts";

const config = `${import.meta.dirname}/simulation.yaml`;

it("is settled from the tape, by offers that are turned down for what a prompt held and nobody else's did", async () => {
  await play(config, {}, async ({ directory, events, state, summary }) => {
    expect(summary).toMatchObject({ status: "completed", turns: 6 });
    expect(summary.reason).toMatch(/they have agreed/);
    expect(state.global.budget).toBe(97);
    const shares = Object.entries(state.agents).map(([name, { share }]) => [name, share]);
    expect(Object.fromEntries(shares)).toEqual({ ines: 34, omar: 23, ruth: 40 });

    const rejection = events.find((event) => event.event_type === "DECISION" && event.turn_number === 3);
    const descriptions = new Map(events.map(({ event_id, description }) => [event_id, description]));
    const causes = (rejection?.caused_by ?? []).map((id) => descriptions.get(id));
    expect(causes).toEqual(expect.arrayContaining(["offer.shares.ruth = 26", "ruth.needs = 38"]));

    const told: string[] = [];
    const secrets = new Set<string>();
    for await (const item of readTape(directory)) {
      if (item.line === "message" && item.content.includes("You need at least 38.")) secrets.add(item.hash);
      if (item.line === "attempt" && item.messages.some((hash) => secrets.has(hash)))
        told.push(coordinateText(item.coordinate));
    }
    expect(told).toEqual(["agent ruth/3/decide/0#1", "agent ruth/6/decide/0#1"]);
  });
});

type Line = readonly [action_type: string, payload: object];

/** Two parties that say what the list says, one in each turn; what was refused, and how it ended. */
async function bargained(...lines: readonly Line[]) {
  const speak = (_: PartyView, { turn }: { turn: number }): Decision => {
    const [action_type, payload] = lines[turn - 1] ?? ["", {}];
    return { decision_type: "speak", actions: [{ action_type, payload: { ...payload } }] };
  };
  const simulation = defineSimulation({
    name: "two",
    turns: lines.length,
    engine: NegotiationEngine,
    params: { budget: 100, rejection_costs: 10 },
    agents: ["ann", "bo"].map((name) => ({ name, agent: speak, initial_state: { needs: 40 } })),
  });
  let memory: MemoryStream | undefined;
  const { reason } = await runSimulation(simulation, {
    stream: async (options) => {
      memory = await openMemoryStream(options);
      return memory.stream;
    },
    signals: false,
  });
  const refused = (memory?.events() ?? []).flatMap((event) =>
    event.event_type === "SYSTEM" && event.error_type === "validation_error" ? [event.description] : [],
  );
  return { reason, refused };
}

const says = "…";
const offered = (ann: number, bo: number): Line => [
  "offer",
  {
    shares: [
      { to: "ann", amount: ann },
      { to: "bo", amount: bo },
    ],
    says,
  },
];

describe("the table", () => {
  it.each<[string, Line[], RegExp]>([
    ["more than there is", [offered(60, 50)], /110 is more than the 100 that there are/],
    [
      "more than a rejection has left",
      [offered(50, 50), ["reject", { says }], offered(50, 50)],
      /100 is more than the 90 that there are/,
    ],
    [
      "nothing for one of them",
      [["offer", { shares: [{ to: "ann", amount: 9 }], says }]],
      /says nothing of bo/,
    ],
    [
      "something for a stranger",
      [["offer", { shares: ["ann", "bo", "cy"].map((to) => ({ to, amount: 9 })), says }]],
      /cy is not at the table/,
    ],
    ["an answer to no offer", [["accept", { says }]], /there is no offer to accept/],
  ])("refuses %s", async (_, lines, expected) => {
    expect((await bargained(...lines)).refused).toEqual([expect.stringMatching(expected)]);
  });

  it("has an agreement once all have accepted, and none where nobody is left to agree with", async () => {
    expect(await bargained(offered(50, 50), ["accept", { says }], ["accept", { says }])).toEqual({
      reason: "Stopped in turn 2: they have agreed",
      refused: [],
    });
    expect(await bargained(offered(90, 10), ["walk_away", { says }])).toEqual({
      reason: "Stopped in turn 2: there is nobody left to agree with",
      refused: [],
    });
  });
});
