import { Paint } from "./paint.ts";

/** `━━━━━━╌╌╌╌`; `done` is from 0 to 1. */
export function progressBar(done: number, cells: number, paint = new Paint(false)): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * cells);
  return paint.good("━".repeat(full)) + paint.dim("╌".repeat(cells - full));
}
