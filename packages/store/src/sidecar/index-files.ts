/** Beside a run's log: what is kept of its index, its parts in files of their own. They can be deleted at any time, in any combination. */
export const INDEX_FILE = "events.index";

/** Whether a file of a run belongs to its index, finished or not: it is no part of the log, and says nothing of it. */
export function isIndexFile(name: string): boolean {
  return name === INDEX_FILE || name.startsWith(`${INDEX_FILE}.`);
}

/** The name tells which rows are in it, so that a part that has grown is another file. */
export function partFileName({ first, rows }: { first: number; rows: number }): string {
  return `${INDEX_FILE}.${first}-${rows}`;
}
