import { readFileSync } from "node:fs";

/**
 * How many streams are held at a time: each takes a descriptor, and half of those that the system gives to this process are for logs,
 * pages and whatever else there is to do.
 *
 * @param most as many as there may be in any case
 * @param limits what Linux says of them (proc(5), `/proc/self/limits`); elsewhere nothing is known
 */
export function mostStreams(most: number, limits = limitsOfThisProcess()): number {
  const files = /^Max open files\s+(\d+)/m.exec(limits ?? "")?.[1];
  return files === undefined ? most : Math.min(most, Math.floor(Number(files) / 2));
}

function limitsOfThisProcess(): string | undefined {
  try {
    return readFileSync("/proc/self/limits", "latin1");
  } catch {
    return undefined;
  }
}
