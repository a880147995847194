import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import type { Message } from "@llm-sim/events/tape/schema";
import { estimateTokens } from "../client/index.ts";

/** The turns that are kept, oldest first. */
const KEPT = "conversation";

interface Exchange {
  turn: number;
  asked: string;
  answered: string;
}

/**
 * What an agent was asked and answered in earlier turns, within a bound in tokens; the oldest turns are dropped whole. It stands in
 * `context.memory`, each turn under keys of its own: a decision writes its own turn alone, and is the cause of those that are asked
 * with it. Texts alone, as a memory hands out objects as drafts, which would be made anew for each turn that is kept in each turn.
 */
export class Conversation {
  readonly #memory: JsonObject;
  readonly #limit: number;
  readonly #kept: Exchange[];

  /** @param limit in tokens, as `estimateTokens` counts them; with 0, nothing is read and nothing kept */
  constructor(memory: JsonObject, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
    this.#kept = [];
    for (const turn of limit === 0 ? [] : turnsIn(memory[KEPT])) {
      const asked = memory[askedKey(turn)];
      const answered = memory[answeredKey(turn)];
      if (typeof asked === "string" && typeof answered === "string")
        this.#kept.push({ turn, asked, answered });
    }
  }

  /** What comes between the system's message and what the agent is asked now. */
  get messages(): Message[] {
    return this.#kept.flatMap(({ asked, answered }): Message[] => [
      { role: "user", content: asked },
      { role: "assistant", content: answered },
    ]);
  }

  /** Keeps what was asked in a turn, and answered. */
  add(turn: number, asked: string, answered: string): void {
    if (this.#limit === 0) return;
    this.#kept.push({ turn, asked, answered });
    this.#memory[askedKey(turn)] = asked;
    this.#memory[answeredKey(turn)] = answered;
    let tokens = this.#kept.reduce((sum, one) => sum + tokensOf(one), 0);
    while (tokens > this.#limit) {
      const oldest = this.#kept.shift();
      if (!oldest) break;
      tokens -= tokensOf(oldest);
      delete this.#memory[askedKey(oldest.turn)];
      delete this.#memory[answeredKey(oldest.turn)];
    }
    this.#memory[KEPT] = this.#kept.map((one) => one.turn).join(" ");
  }
}

function turnsIn(kept: JsonValue | undefined): number[] {
  return typeof kept === "string" && kept !== "" ? kept.split(" ").map(Number) : [];
}

function askedKey(turn: number): string {
  return `asked in turn ${turn}`;
}

function answeredKey(turn: number): string {
  return `answered in turn ${turn}`;
}

function tokensOf({ asked, answered }: Exchange): number {
  return estimateTokens(asked) + estimateTokens(answered);
}
