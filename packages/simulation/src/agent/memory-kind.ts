import { MEMORY_KINDS, type MemoryKind } from "@llm-sim/events/run";
import type { Agent } from "./agent.ts";

/** What an agent declares. A decide function that is an agent by itself declares it for the agent. */
export function memoryKindOf(agent: Agent): MemoryKind {
  const isPlain = Object.getPrototypeOf(agent) === Object.prototype;
  return declaredMemory(isPlain ? Reflect.get(agent, "decide") : agent.constructor);
}

/**
 * What a class or a function declares. What it extends speaks for itself alone: who adds fields to a class has to say so.
 *
 * @throws TypeError where it is no such word
 */
export function declaredMemory(code: unknown): MemoryKind {
  if (typeof code !== "function" || !Object.hasOwn(code, "memory")) return "unknown";
  const declared: unknown = Reflect.get(code, "memory");
  const kind = MEMORY_KINDS.find((known) => known === declared);
  if (kind === undefined && typeof declared === "string")
    throw new TypeError(
      `static memory of ${code.name || "a function"} is ${JSON.stringify(declared)}; expected "none", "tracked" or "outside", or nothing where it is not known`,
    );
  return kind ?? "unknown";
}

/** What several of one name declare together: what can be relied on least. */
export function leastKnown(left: MemoryKind, right: MemoryKind | undefined): MemoryKind {
  return MEMORY_KINDS[Math.max(MEMORY_KINDS.indexOf(left), MEMORY_KINDS.indexOf(right ?? left))] ?? left;
}

/** Whether decisions may rest on something that is no event. */
export function remembersUnseen(kind: MemoryKind): boolean {
  return kind === "unknown" || kind === "outside";
}
