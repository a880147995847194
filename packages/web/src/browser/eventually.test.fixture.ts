import { expect } from "vitest";

/** Looks again until it holds; for as long as a loaded machine may take, not the second that vitest grants. */
export function eventually<T>(look: () => T, interval = 40) {
  return expect.poll(look, { timeout: 8000, interval });
}
