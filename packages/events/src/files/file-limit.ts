import { readFileSync } from "node:fs";

/**
 * How many descriptors this process may have at a time; `undefined` where nothing is known of that, or where there is no limit.
 *
 * @param limits what Linux says of them (proc(5), `/proc/self/limits`)
 */
export function fileLimit(limits = limitsOfThisProcess()): number | undefined {
  const files = /^Max open files\s+(\d+)/m.exec(limits ?? "")?.[1];
  return files === undefined ? undefined : Number(files);
}

function limitsOfThisProcess(): string | undefined {
  try {
    return readFileSync("/proc/self/limits", "latin1");
  } catch {
    return undefined;
  }
}
