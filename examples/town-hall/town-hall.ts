// A town talks about a motion, two by two, and then votes on it. What one says, the other has heard by the next turn.
import { type AgentSeed, BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";

export interface Citizen {
  /** Of the motion: from -10, against it, to 10, for it. */
  stance: number;
  /** By the turn in which, and by whom, it was told it. */
  heard: Record<string, Record<string, string>>;
  vote: "none" | "yes" | "no";
}

export interface TownHall {
  global: { motion: string; stage: "talk" | "vote"; yes: number; no: number };
  agents: Record<string, Citizen>;
}

/** What a citizen gets to see: of the others their names alone, and what they said to it in the turn before. */
export interface CitizenView {
  stance: number;
  motion: string;
  stage: TownHall["global"]["stage"];
  others: readonly string[];
  heard: readonly { from: string; says: string }[];
}

const params = z.strictObject({ motion: z.string() });

const agentState = z.strictObject({
  stance: z.int().min(-10).max(10),
  heard: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  vote: z.enum(["none", "yes", "no"]).default("none"),
});

const talk = z.strictObject({
  with: z.string().describe("the name of whom you talk to"),
  says: z.string().max(300).describe("what you say, in one or two sentences"),
  stance: z.int().min(-10).max(10).describe("what you think of the motion by now: -10 against it, 10 for it"),
});
const vote = z.strictObject({ choice: z.enum(["yes", "no"]), says: z.string().max(300) });

export class TownHallEngine extends BaseEngine<TownHall, z.infer<typeof params>> {
  static readonly params = params;
  static readonly agentState = agentState;
  static readonly memory = "none";

  readonly actions = {
    talk: this.interaction(
      "conversation",
      talk,
      ({ payload }) => [payload.with],
      (draft, { agent_id, payload }) => {
        if (draft.global.stage === "vote") this.refuse("the talking is over");
        if (payload.with === agent_id) this.refuse("nobody talks to themselves here");
        this.agent(draft, agent_id).stance = payload.stance;
        const { heard } = this.agent(draft, payload.with);
        heard[this.turn] = { ...heard[this.turn], [agent_id]: payload.says };
      },
    ),

    vote: this.action(vote, (draft, { agent_id, payload }) => {
      if (draft.global.stage !== "vote") this.refuse("the vote is in the last turn");
      this.agent(draft, agent_id).vote = payload.choice;
      draft.global[payload.choice]++;
    }),
  };

  override initialState(agents: readonly AgentSeed[]): TownHall {
    return {
      ...super.initialState(agents),
      global: { motion: this.params.motion, stage: "talk", yes: 0, no: 0 },
    };
  }

  override observe(agentId: string, { global, agents }: TownHall): CitizenView {
    const me = agents[agentId];
    return {
      stance: me?.stance ?? 0,
      motion: global.motion,
      stage: global.stage,
      others: Object.keys(agents).filter((id) => id !== agentId),
      heard: Object.entries(me?.heard[this.turn - 1] ?? {}).map(([from, says]) => ({ from, says })),
    };
  }

  override beforeTurn(): void {
    if (this.turn !== this.turns) return;
    this.phase("vote", { description: "The talking is over, and the town votes" });
    this.rule("vote", ({ global }) => {
      global.stage = "vote";
    });
  }
}
