import type { Agent } from "./agent.ts";

/**
 * What agents of a class keep from one turn to the next, as they declare it with `static memory` (a function: with a property):
 * nothing; only what is in `context.memory`; something in places that nobody here can see. Without a word it is `unknown`.
 */
export const MEMORY_KINDS = ["none", "tracked", "unknown", "outside"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** What an agent declares. A decide function that is an agent by itself declares it for the agent. */
export function memoryKindOf(agent: Agent): MemoryKind {
  const isPlain = Object.getPrototypeOf(agent) === Object.prototype;
  return declaredMemory(isPlain ? Reflect.get(agent, "decide") : agent.constructor);
}

/** What a class or a function declares. */
export function declaredMemory(code: unknown): MemoryKind {
  if (typeof code !== "function" || !("memory" in code)) return "unknown";
  return MEMORY_KINDS.find((kind) => kind === code.memory) ?? "unknown";
}

/** Whether decisions may rest on something that is no event. */
export function remembersUnseen(kind: MemoryKind): boolean {
  return kind === "unknown" || kind === "outside";
}
