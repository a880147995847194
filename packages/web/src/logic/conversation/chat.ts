import type { JsonValue } from "@llm-sim/events/schema";

/** A message as most programs that ask models write it. */
export interface Said {
  role: string;
  /** Its words, where it has any: one that only calls tools has none. */
  text?: string;
  /** What else it holds: calls of tools, pictures, ids. */
  rest?: Record<string, JsonValue>;
}

/** More are shown as any other list. */
const MOST = 200;

/** The messages of a chat, where a list is nothing but these. */
export function chatOf(value: JsonValue): readonly Said[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST) return undefined;
  const said = value.map(messageOf);
  return said.every((message) => message !== undefined) ? said : undefined;
}

function messageOf(value: JsonValue): Said | undefined {
  if (!isObject(value)) return undefined;
  const { role, content = null, name, ...others } = value;
  if (typeof role !== "string" || !(Object.hasOwn(value, "content") || Object.hasOwn(value, "tool_calls")))
    return undefined;
  if (typeof content !== "string" && content !== null && !Array.isArray(content)) return undefined;
  const pieces = typeof content === "string" ? [content] : (content ?? []);
  const texts = pieces.flatMap((piece) => wordsOf(piece) ?? []);
  const wordless = pieces.filter((piece) => wordsOf(piece) === undefined);
  const rest = Object.entries({ ...(wordless.length > 0 && { content: wordless }), ...others }).filter(
    ([, member]) => member !== null,
  );
  return {
    role: typeof name === "string" ? `${role} (${name})` : role,
    ...(texts.length > 0 && { text: texts.join("\n") }),
    ...(rest.length > 0 && { rest: Object.fromEntries(rest) }),
  };
}

/** The words of a piece of a message's content: `"…"`, or `{ type: "text", text: "…" }`. */
function wordsOf(piece: JsonValue): string | undefined {
  if (typeof piece === "string") return piece;
  return isObject(piece) && typeof piece.text === "string" ? piece.text : undefined;
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
