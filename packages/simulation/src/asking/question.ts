import type { EventHandle } from "@llm-sim/events";
import type { Message, Sampling, Usage } from "@llm-sim/events/tape/schema";
import type * as z from "zod";

/**
 * What is asked of a language model:
 *
 *     const { value } = await context.ask({
 *       purpose: "offer",
 *       messages: [{ role: "user", content: `You have ${observation.me.wealth}. What do you offer?` }],
 *       schema: z.object({ amount: z.number() }),
 *     });
 */
export interface Question<T = string> {
  /** What for, in a word: `offer`. */
  purpose: string;
  messages: readonly Message[];
  /** What the answer has to be; without it, text. What does not fit is asked again. */
  schema?: z.ZodType<T> | undefined;
  /** Tells apart what one asker asks at once for one purpose: whom it is about, say. */
  key?: string | undefined;
  /** Instead of the config's. */
  model?: string | undefined;
  /** Beside, and before, the config's. */
  sampling?: Sampling | undefined;
  /** Instead of the config's. */
  max_attempts?: number | undefined;
  /** Of one attempt: `30s`. Instead of the config's. */
  timeout?: string | undefined;
}

/** The answer to a question. */
export interface Reply<T = string> {
  /** What the schema makes of the answer; without a schema, what was said, without thinking. */
  value: T;
  /** As it came. */
  text: string;
  /** What had to be done to take it: `thinking`, `fenced`, `prose`, … */
  marks: readonly string[];
  model: string;
  served_model?: string | undefined;
  usage?: Usage | undefined;
  /** In US dollars; absent where no price is known. */
  cost_usd?: number | undefined;
  /** Of all attempts. */
  attempts: number;
  /** The event of the attempt that answered. */
  event: EventHandle;
}

/** Asks a language model. @throws AskError once all attempts are used up, or none may be made */
export type Ask = <T = string>(question: Question<T>) => Promise<Reply<T>>;
