import * as z from "zod";
import { agentIdSchema, turnNumberSchema } from "../../schema/index.ts";

/** Who asks: an agent, the engine, or the validator about an agent's action. */
export const actorSchema = z.strictObject({
  type: z.enum(["agent", "engine", "validator"]),
  agent_id: agentIdSchema.optional(),
  place: z.string().min(1).optional().meta({ description: "which of its places asks, where it has several" }),
});
export type Actor = z.infer<typeof actorSchema>;

/** One attempt at one question, whoever was faster: by it an answer is found again on the tape. */
export const coordinateSchema = z.strictObject({
  actor: actorSchema,
  turn: turnNumberSchema,
  purpose: z.string().min(1),
  key: z.string().optional().meta({ description: "tells apart what is asked at once for one purpose" }),
  ordinal: z
    .int()
    .min(0)
    .meta({ description: "of the asks of one actor, turn, purpose and key, in order of asking" }),
  attempt: z.int().min(1),
});
export type Coordinate = z.infer<typeof coordinateSchema>;

// What separates the parts, what would break a line, and the escape itself.
const ESCAPED = /[%/#@:\p{Cc}\u2028\u2029]/gu;
const FORM =
  /^(agent|engine|validator)(?: ([^/#@:]+))?(?:@([^/#@:]+))?\/(\d+)\/([^/#@:]+)(?::([^/#@:]*))?\/(\d+)#(\d+)$/;

/** `agent alice` or `validator alice@2`: who asks, as text; equal exactly where the actors are. */
export function actorText({ type, agent_id, place }: Actor): string {
  const agent = agent_id === undefined ? "" : ` ${escaped(agent_id)}`;
  return `${type}${agent}${place === undefined ? "" : `@${escaped(place)}`}`;
}

/**
 * A coordinate as text, `details.call` of an attempt's event: `agent alice/3/decide/0#1`, with a key
 * `agent alice/3/decide:bob/0#1` (actor / turn / purpose:key / ordinal # attempt). Signs of the form itself are written
 * as in a URL (`%2F`).
 */
export function coordinateText({ actor, turn, purpose, key, ordinal, attempt }: Coordinate): string {
  const keyed = key === undefined ? "" : `:${escaped(key)}`;
  return `${actorText(actor)}/${turn}/${escaped(purpose)}${keyed}/${ordinal}#${attempt}`;
}

/** Reads what `coordinateText` writes; `undefined` for any other text. */
export function parseCoordinate(text: string): Coordinate | undefined {
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [, type, agent, place, turn, purpose = "", key, ordinal, attempt] = parts;
  const found = coordinateSchema.safeParse({
    actor: { type, ...member("agent_id", agent), ...member("place", place) },
    turn: Number(turn),
    purpose: unescaped(purpose),
    ...member("key", key),
    ordinal: Number(ordinal),
    attempt: Number(attempt),
  }).data;
  // One coordinate has one text: `01` for 1, or an escape that nothing needs, is none.
  return found && coordinateText(found) === text ? found : undefined;
}

function member(name: string, text: string | undefined) {
  return text === undefined ? {} : { [name]: unescaped(text) };
}

function escaped(text: string): string {
  return text.replace(ESCAPED, (sign) => encodeURIComponent(sign));
}

function unescaped(text: string): string {
  return text.replace(/(?:%[0-9A-F]{2})+/g, (signs) => {
    try {
      return decodeURIComponent(signs);
    } catch {
      return signs;
    }
  });
}
