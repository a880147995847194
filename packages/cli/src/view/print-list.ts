import type { CommandContext } from "../context/index.ts";
import { type Line, terminalText } from "./line.ts";

export interface List<Item> {
  items: readonly Item[];
  /** Of one item, for a pipe. */
  row: (item: Item) => string;
  /** Of all, for a terminal; also where there are none. */
  lines: readonly Line[];
  /** What the reader of a list has to know besides, one line each. */
  notes: readonly Line[];
}

/** A list in the form that was asked for: JSON Lines, sentences on a terminal, fields between tabs in a pipe. */
export async function printList<Item>(
  { stdout, stderr }: CommandContext,
  asJson: boolean,
  { items, row, lines, notes }: List<Item>,
): Promise<void> {
  if (stdout.isTerminal && !asJson) {
    await stdout.write(terminalText(lines, stdout));
    return;
  }
  const one = asJson ? (item: Item) => JSON.stringify(item) : row;
  await stdout.write(items.map((item) => `${one(item)}\n`).join(""));
  await stderr.write(terminalText(notes, stderr));
}
