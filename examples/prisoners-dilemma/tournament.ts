// The tournament: every turn each pair plays one round. A round is one event that both players' histories contain.
import { type AgentSeed, BaseEngine, type TurnAction } from "@llm-sim/simulation";
import * as z from "zod";

export type Move = "cooperate" | "defect";

/** Scores and last moves are kept by opponent. */
export interface Player {
  score: number;
  points: Record<string, number>;
  last: Record<string, Move>;
}

export interface Tournament {
  global: Record<string, never>;
  agents: Record<string, Player>;
}

export interface PlayerView {
  opponents: readonly string[];
  /** What the opponent did in the round before; `undefined` in the first. */
  lastMoveOf(opponent: string): Move | undefined;
}

const params = z.strictObject({
  temptation: z.number(),
  reward: z.number(),
  punishment: z.number(),
  sucker: z.number(),
});

const move = z.enum(["cooperate", "defect"]);
const play = z.strictObject({ opponent: z.string(), move });
const round = z.strictObject({ opponent: z.string(), moves: z.tuple([move, move]) });

export class TournamentEngine extends BaseEngine<Tournament, z.infer<typeof params>> {
  static readonly params = params;
  static readonly memory = "none";

  readonly actions = {
    play: this.action(play, (_, { payload }) => this.refuse(`${payload.opponent} does not play`)),

    round: this.interaction(
      "prisoners_dilemma",
      round,
      ({ payload }) => [payload.opponent],
      (draft, { agent_id, payload: { opponent, moves } }) => {
        const [mine, theirs] = moves;
        this.#score(this.agent(draft, agent_id), opponent, mine, theirs);
        this.#score(this.agent(draft, opponent), agent_id, theirs, mine);
      },
    ),
  };

  override initialState(agents: readonly AgentSeed[]): Tournament {
    return {
      global: {},
      agents: Object.fromEntries(agents.map(({ id }) => [id, { score: 0, points: {}, last: {} }])),
    };
  }

  override observe(agentId: string, world: Tournament): PlayerView {
    return {
      get opponents() {
        return Object.keys(world.agents).filter((id) => id !== agentId);
      },
      lastMoveOf: (opponent) => world.agents[opponent]?.last[agentId],
    };
  }

  /** Two players' moves against each other become one round, caused by the decisions of both. */
  override combine(actions: readonly TurnAction[]): TurnAction[] {
    const waiting = new Map<string, TurnAction>();
    const rounds: TurnAction[] = [];
    for (const action of actions) {
      if (action.action_type !== "play") continue;
      const { opponent, move: mine } = play.parse(action.payload);
      const first = waiting.get(`${opponent} ${action.agent_id}`);
      if (!first) {
        waiting.set(`${action.agent_id} ${opponent}`, action);
        continue;
      }
      waiting.delete(`${opponent} ${action.agent_id}`);
      rounds.push({
        agent_id: opponent,
        action_type: "round",
        payload: { opponent: action.agent_id, moves: [play.parse(first.payload).move, mine] },
        causes: [first.causes, action.causes].flat(),
      });
    }
    return [...rounds, ...waiting.values()];
  }

  #score(player: Player, opponent: string, mine: Move, theirs: Move): void {
    const { temptation, reward, punishment, sucker } = this.params;
    const won =
      mine === "cooperate"
        ? theirs === "cooperate"
          ? reward
          : sucker
        : theirs === "cooperate"
          ? temptation
          : punishment;
    player.points[opponent] = (player.points[opponent] ?? 0) + won;
    player.score += won;
    player.last[opponent] = mine;
  }
}
