import type { JsonObject } from "@llm-sim/events/schema";
import type { Message } from "@llm-sim/events/tape/schema";
import * as z from "zod";
import { estimateTokens } from "../client/index.ts";

const exchangeSchema = z.object({ user: z.string(), assistant: z.string() });
type Exchange = z.infer<typeof exchangeSchema>;

/** The turns that are kept, oldest first. */
const KEPT = "conversation";

/**
 * What an agent said and was told in earlier turns, within a bound in tokens; the oldest turns are dropped whole. It stands in
 * `context.memory`, each turn under a key of its own: a decision writes its own turn alone, and is the cause of those that are asked
 * with it.
 */
export class Conversation {
  readonly #memory: JsonObject;
  readonly #limit: number;
  readonly #kept: { turn: number; exchange: Exchange; tokens: number }[];

  /** @param limit in tokens, as `estimateTokens` counts them; with 0, nothing is read and nothing kept */
  constructor(memory: JsonObject, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
    this.#kept = [];
    const turns = limit === 0 ? [] : z.array(z.int()).catch([]).parse(memory[KEPT]);
    for (const turn of turns) {
      const read = exchangeSchema.safeParse(memory[keyOf(turn)]);
      if (read.success) this.#kept.push({ turn, exchange: read.data, tokens: tokensOf(read.data) });
    }
  }

  /** What comes between the system's message and what the agent is asked now. */
  get messages(): Message[] {
    return this.#kept.flatMap(({ exchange: { user, assistant } }): Message[] => [
      { role: "user", content: user },
      { role: "assistant", content: assistant },
    ]);
  }

  /** Keeps what was asked in a turn, and answered. */
  add(turn: number, user: string, assistant: string): void {
    if (this.#limit === 0) return;
    const exchange = { user, assistant };
    this.#kept.push({ turn, exchange, tokens: tokensOf(exchange) });
    this.#memory[keyOf(turn)] = exchange;
    let tokens = this.#kept.reduce((sum, one) => sum + one.tokens, 0);
    while (tokens > this.#limit) {
      const oldest = this.#kept.shift();
      if (!oldest) break;
      tokens -= oldest.tokens;
      delete this.#memory[keyOf(oldest.turn)];
    }
    this.#memory[KEPT] = this.#kept.map((one) => one.turn);
  }
}

function keyOf(turn: number): string {
  return `turn ${turn}`;
}

function tokensOf({ user, assistant }: Exchange): number {
  return estimateTokens(user) + estimateTokens(assistant);
}
