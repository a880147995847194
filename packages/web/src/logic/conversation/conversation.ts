import type { CallAnswer } from "@llm-sim/api";

export type Speaker = "system" | "user" | "assistant" | "tool" | "thinking" | "answer";

/** Something that was said to a model, or by it. */
export interface Part {
  key: string;
  speaker: Speaker;
  /** Of who speaks, where one was given. */
  name?: string | undefined;
  text: string;
}

/** Messages that stood in the asker's call before, too. */
export interface Repeated {
  key: string;
  count: number;
  /** `undefined` until the whole call is there. */
  parts: readonly Part[] | undefined;
}

/** A message that the tape was to have, and has not. */
export interface Lost {
  key: string;
  lost: true;
}

export type Item = Part | Repeated | Lost;

export function isRepeated(item: Item): item is Repeated {
  return "count" in item;
}

export function isLost(item: Item): item is Lost {
  return "lost" in item;
}

/**
 * A call from its first message to its answer; of a tape that keeps no texts, nothing.
 *
 * @param delta the call as it differs from the one before
 * @param whole the same call with every message
 */
export function conversationOf(delta: CallAnswer, whole?: CallAnswer): Item[] {
  return [...saidTo(delta, whole), ...saidBy(delta)];
}

/** Every part whose text is there, in order. */
export function partsOf(items: readonly Item[]): Part[] {
  return items.flatMap((item) => {
    if (isRepeated(item)) return item.parts ?? [];
    return isLost(item) ? [] : [item];
  });
}

/**
 * A call beside the question before it, where the tape knows it by the attempt before: what earlier attempts at the same question
 * said for the first time is new.
 *
 * @param attempts those at one question, each as it differs from the call before it, in their order; the last is the one told
 */
export function sinceLastQuestion(attempts: readonly CallAnswer[]): CallAnswer | undefined {
  return attempts.reduce<CallAnswer | undefined>((before, attempt) => {
    // Between two attempts another question of the same asker may have come.
    const isNext = before !== undefined && attempt.previous?.call === before.call.call;
    if (!isNext || !before.messages || !attempt.messages) return attempt;
    const known = singly(before.messages);
    const messages = attempt.messages.flatMap((message): Message[] =>
      message.item === "message"
        ? [message]
        : known.slice(message.from, message.to).map((one, at) => ({ ...one, at: message.at + at })),
    );
    return { ...attempt, messages };
  }, undefined);
}

function singly(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] =>
    message.item === "message"
      ? [message]
      : Array.from({ length: message.to - message.from }, (_, at) => ({
          item: "same" as const,
          at: message.at + at,
          from: message.from + at,
          to: message.from + at + 1,
        })),
  );
}

type Message = NonNullable<CallAnswer["messages"]>[number];

function saidTo({ messages = [], tape }: CallAnswer, whole: CallAnswer | undefined): Item[] {
  const items: Item[] = [];
  for (const message of messages) {
    if (message.item === "message") {
      const parts = spoken(message);
      items.push(...parts);
      if (parts.length === 0 && tape === "texts") items.push({ key: `lost-${message.at}`, lost: true });
      continue;
    }
    const count = message.to - message.from;
    const parts = whole?.messages?.slice(message.at, message.at + count).flatMap(spoken);
    const last = items.at(-1);
    // Two stretches of the call before with nothing new between them are one line.
    if (last && isRepeated(last))
      items[items.length - 1] = {
        ...last,
        count: last.count + count,
        parts: parts && [...(last.parts ?? []), ...parts],
      };
    else items.push({ key: `same-${message.at}`, count, parts });
  }
  return items;
}

function spoken(message: Message): Part[] {
  if (message.item !== "message" || message.role === undefined || message.content === undefined) return [];
  return [{ key: `message-${message.at}`, speaker: message.role, name: message.name, text: message.content }];
}

function saidBy({ text, reasoning }: CallAnswer): Part[] {
  const { thinking, said } = apart(text ?? "");
  const parts: [Speaker, string][] = [
    ["thinking", reasoning ?? ""],
    ["thinking", thinking],
    ["answer", said],
  ];
  return parts.flatMap(([speaker, words], at) =>
    words.trim() === "" ? [] : [{ key: `said-${at}`, speaker, text: words }],
  );
}

const THINKING =
  /^\s*(?:<(think|thinking|thought|reasoning|seed:think)>([\s\S]*?)<\/\1>|\[THINK\]([\s\S]*?)\[\/THINK\]|◁think▷([\s\S]*?)◁\/think▷)\s*/i;

/** An answer that begins with its thinking, in the signs that models put it in. */
function apart(text: string): { thinking: string; said: string } {
  const match = THINKING.exec(text);
  if (!match) return { thinking: "", said: text };
  return { thinking: (match[2] ?? match[3] ?? match[4] ?? "").trim(), said: text.slice(match[0].length) };
}

/** All of it as one text, each part under who says it. */
export function conversationText(parts: readonly Part[]): string {
  return parts.map((part) => `${speakerLabel(part)}:\n${part.text}\n`).join("\n");
}

export function speakerLabel({ speaker, name }: Pick<Part, "speaker" | "name">): string {
  return name === undefined ? speaker : `${speaker} (${name})`;
}
