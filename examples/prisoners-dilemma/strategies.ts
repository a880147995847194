// The classic strategies. Most are one line: what to do, given what the opponent did last.
import type { Agent, AgentContext, DecideFunction, Decision } from "@llm-sim/simulation";
import type { Move, PlayerView } from "./tournament.ts";

type Strategy = (theirLast: Move | undefined, context: AgentContext) => Move;

export const AlwaysCooperate = playing(() => "cooperate");
export const AlwaysDefect = playing(() => "defect");
export const TitForTat = playing((theirLast) => theirLast ?? "cooperate");
export const Unpredictable = playing((_, { random }) => (random.chance(0.5) ? "cooperate" : "defect"));

/** Cooperates with each opponent until it defects once, and never again. It has to remember, so it is a class. */
export class GrimTrigger implements Agent<PlayerView> {
  static readonly memory = "tracked";

  decide(view: PlayerView, { memory }: AgentContext): Decision {
    return {
      decision_type: "moves",
      actions: view.opponents.map((opponent) => {
        if (view.lastMoveOf(opponent) === "defect" && !memory[opponent]) memory[opponent] = "betrayed me";
        return {
          action_type: "play",
          payload: { opponent, move: memory[opponent] ? "defect" : "cooperate" },
        };
      }),
    };
  }
}

function playing(strategy: Strategy): DecideFunction<PlayerView> {
  const decide: DecideFunction<PlayerView> = (view, context) => ({
    decision_type: "moves",
    actions: view.opponents.map((opponent) => ({
      action_type: "play",
      payload: { opponent, move: strategy(view.lastMoveOf(opponent), context) },
    })),
  });
  return Object.assign(decide, { memory: "none" });
}
