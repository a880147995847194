import type { Output } from "../context/index.ts";
import { Paint, plainText } from "../terminal/index.ts";

/** What of a run may not be meant so. */
export function warningLine(message: string, { color }: Output): string {
  return `${new Paint(color).caution("warning:")} ${plainText(message)}`;
}
