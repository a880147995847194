// Bargaining over a budget, one speaker a turn. An offer holds once all others at the table have accepted it; each rejection costs.
import { type AgentSeed, BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";

export interface Party {
  /** The least it can live with, in thousands. Nobody else sees it. */
  needs: number;
  /** To the offer on the table. */
  answer: "none" | "offered" | "accepted" | "rejected" | "left";
  says: string;
  /** What it got, in thousands. */
  share: number;
}

export interface Negotiation {
  global: {
    /** What is left to be divided, in thousands. */
    budget: number;
    /** Who has not walked away. */
    table: string[];
    speaker: string;
    /** Who made the offer that is on the table, and how much each is to get; nobody, and nothing, before the first. */
    offer: { by: string; shares: Record<string, number> };
  };
  agents: Record<string, Party>;
}

/** What a party gets to see: of the others, what they say. */
export interface PartyView {
  needs: number;
  budget: number;
  rejection_costs: number;
  offer: { by: string; shares: readonly { to: string; amount: number }[] };
  others: readonly { name: string; says: string }[];
}

const params = z.strictObject({
  budget: z.int().positive(),
  /** What lawyers and delay take of the budget with every rejection, in thousands. */
  rejection_costs: z.int().min(0),
});

const agentState = z.strictObject({
  needs: z.int().positive(),
  answer: z.enum(["none", "offered", "accepted", "rejected", "left"]).default("none"),
  says: z.string().default(""),
  share: z.int().default(0),
});

const says = z.string().max(300).describe("what you say to the others, in one sentence");
const answer = z.strictObject({ says });
const share = z.strictObject({ to: z.string(), amount: z.int().min(0).max(1000) });
const offer = z.strictObject({
  shares: z.array(share).describe("what each at the table is to get, in thousands, you included"),
  says,
});

export class NegotiationEngine extends BaseEngine<Negotiation, z.infer<typeof params>> {
  static readonly params = params;
  static readonly agentState = agentState;
  static readonly memory = "none";

  readonly actions = {
    offer: this.action(offer, (draft, { agent_id, payload }) => {
      const { global } = draft;
      const shares = Object.fromEntries(payload.shares.map(({ to, amount }) => [to, amount]));
      const without = global.table.find((id) => shares[id] === undefined);
      if (without !== undefined) this.refuse(`the offer says nothing of ${without}`);
      const stranger = Object.keys(shares).find((id) => !global.table.includes(id));
      if (stranger !== undefined) this.refuse(`${stranger} is not at the table`);
      const sum = payload.shares.reduce((total, { amount }) => total + amount, 0);
      if (sum > global.budget) this.refuse(`${sum} is more than the ${global.budget} that there are`);
      global.offer = { by: agent_id, shares };
      for (const id of global.table) this.agent(draft, id).answer = id === agent_id ? "offered" : "none";
      this.agent(draft, agent_id).says = payload.says;
    }),

    accept: this.action(answer, (draft, { agent_id, payload }) => {
      if (draft.global.offer.by === "") this.refuse("there is no offer to accept");
      Object.assign(this.agent(draft, agent_id), { answer: "accepted", says: payload.says });
    }),

    reject: this.action(answer, (draft, { agent_id, payload }) => {
      if (draft.global.offer.by === "") this.refuse("there is no offer to reject");
      Object.assign(this.agent(draft, agent_id), { answer: "rejected", says: payload.says });
      draft.global.budget = Math.max(0, draft.global.budget - this.params.rejection_costs);
    }),

    walk_away: this.action(answer, (draft, { agent_id, payload }) => {
      Object.assign(this.agent(draft, agent_id), { answer: "left", says: payload.says });
      draft.global.table = draft.global.table.filter((id) => id !== agent_id);
    }),
  };

  override initialState(agents: readonly AgentSeed[]): Negotiation {
    return {
      ...super.initialState(agents),
      global: {
        budget: this.params.budget,
        table: agents.map(({ id }) => id),
        speaker: "",
        offer: { by: "", shares: {} },
      },
    };
  }

  override observe(agentId: string, { global, agents }: Negotiation): PartyView {
    const { budget, table } = global;
    const { by, shares } = global.offer;
    return {
      needs: agents[agentId]?.needs ?? 0,
      budget,
      rejection_costs: this.params.rejection_costs,
      offer: { by, shares: Object.entries(shares).map(([to, amount]) => ({ to, amount })) },
      others: table
        .filter((name) => name !== agentId)
        .map((name) => ({ name, says: agents[name]?.says ?? "" })),
    };
  }

  override isActive(agentId: string): boolean {
    return this.world.global.speaker === agentId;
  }

  /** The floor goes round; after somebody has walked away, it begins anew. */
  override beforeTurn(): void {
    this.rule("floor", ({ global }) => {
      const { table } = global;
      global.speaker = table[(table.indexOf(global.speaker) + 1) % table.length] ?? "";
    });
  }

  override afterActions(): void {
    const { global, agents } = this.world;
    if (global.table.length < 2) {
      this.stop("there is nobody left to agree with");
    } else if (global.table.every((id) => AGREES.has(agents[id]?.answer ?? "none"))) {
      this.rule("agreement", (draft) => {
        for (const id of draft.global.table) this.agent(draft, id).share = draft.global.offer.shares[id] ?? 0;
      });
      this.stop("they have agreed");
    }
  }
}

const AGREES: ReadonlySet<Party["answer"]> = new Set(["offered", "accepted"]);
