import type { Event } from "@llm-sim/events/schema";
import { displayWidth, type Paint, plainText, SHEET_NAME_WIDTH, sheetField } from "../terminal/index.ts";
import { oneLine } from "./one-line.ts";

/** One event in full, field by field. `causes` says what each id in `caused_by` stands for. */
export function eventSheet(event: Event, causes: readonly string[], paint: Paint, columns: number): string[] {
  const lines = [`${paint.kind(event.event_type, event.event_type)}  ${paint.bold(oneLine(event))}`, ""];
  for (const [name, value] of Object.entries(event)) {
    if (name === "description" || value === undefined) continue;
    const shown = name === "caused_by" ? causes : valueLines(value, columns - SHEET_NAME_WIDTH);
    lines.push(...sheetField(name, shown, paint));
  }
  return lines;
}

function valueLines(value: unknown, width: number): string[] {
  if (typeof value === "string") return [plainText(value)];
  const line = plainText(JSON.stringify(value));
  if (displayWidth(line) <= width) return [line];
  return JSON.stringify(value, null, 2).split("\n").map(plainText);
}
