import type { BatchRun } from "@llm-sim/api";

type Sibling = Pick<BatchRun, "id" | "seed" | "settings">;

export interface Siblings<Run> {
  previous: Run | undefined;
  next: Run | undefined;
}

/** The runs with the seeds before and behind a run's, of its own settings. */
export function siblingsOf<Run extends Sibling>(runs: readonly Run[], id: string): Siblings<Run> {
  const self = runs.find((run) => run.id === id);
  if (self === undefined) return { previous: undefined, next: undefined };
  const settings = settingsKey(self);
  const alike = runs
    .filter((run) => settingsKey(run) === settings)
    .sort((one, other) => (one.seed ?? 0) - (other.seed ?? 0));
  const at = alike.indexOf(self);
  return { previous: alike[at - 1], next: alike[at + 1] };
}

/** The same of equal settings, in whatever order they stand. */
function settingsKey({ settings }: Sibling): string {
  return JSON.stringify(Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A run's view as it can be kept for another run: the moment by its turn, without an event of the one that is left. */
export function viewForSibling(search: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(search).flatMap(([name, text]): [string, string][] =>
    text === undefined || name === "event" ? [] : [[name, name === "at" ? text.replace(/@.*$/, "") : text]],
  );
  return Object.fromEntries(kept);
}
