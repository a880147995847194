import type { ApiRequestError } from "@llm-sim/api";
import * as z from "zod";

const detailsSchema = z.object({
  position: z.int().min(0).optional(),
  nearest: z.array(z.string()).optional(),
});

/** What is wrong with a condition. */
export interface Refusal {
  message: string;
  /** The character at which, from 0. */
  position: number | undefined;
  /** The condition with the name there replaced by one that there is. */
  meant: string[];
}

/** A name within a condition: words joined with dots, any of them in quotes. */
const NAME = /(?:\*|"(?:\\.|[^"\\])*"|[\p{L}\p{N}_$-]+)(?:\s*\.\s*(?:"(?:\\.|[^"\\])*"|[\p{L}\p{N}_$-]+))*/uy;

/** The server's refusal of a condition, so that it can be put right at once. */
export function refusalOf(condition: string, { message, details }: ApiRequestError): Refusal {
  const { position, nearest = [] } = detailsSchema.safeParse(details).data ?? {};
  return {
    message: problemIn(message),
    position,
    meant: position === undefined ? [] : nearest.map((name) => replaced(condition, position, name)),
  };
}

/** What is wrong, without what stands beside it anyway: the condition, the place, the names that were meant. */
function problemIn(message: string): string {
  const problem = /, at character \d+: (.*)$/s.exec(message)?.[1] ?? message.replace(/^expression: /, "");
  return problem.replace(/; the nearest: [^;]*$/, "");
}

function replaced(condition: string, position: number, name: string): string {
  NAME.lastIndex = position;
  const [wrong = ""] = NAME.exec(condition) ?? [];
  return condition.slice(0, position) + name + condition.slice(position + wrong.length);
}
