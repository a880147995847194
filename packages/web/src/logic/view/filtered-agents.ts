/** Who there is to choose from: those that are known by name, and how many there are in all. */
export interface AgentsOfRun {
  known: { has(agent: string): boolean; readonly size: number };
  total: number;
}

/** Names in a filter that are no agent's. Where not everybody is known by name, nobody can be said not to be there. */
export function noAgents(names: readonly string[], { known, total }: AgentsOfRun): string[] {
  return known.size < total ? [] : names.filter((name) => !known.has(name));
}

/**
 * Why a filter shows fewer than it names, or nobody: `There is no agent “zed” in this run.`; nothing where all of them are here.
 *
 * @param here who is there at the moment that is shown
 */
export function filterProblem(
  names: readonly string[],
  here: { has(agent: string): boolean },
  run: AgentsOfRun,
): string | undefined {
  const nowhere = noAgents(names, run);
  const elsewhere = names.filter((name) => !here.has(name) && !nowhere.includes(name));
  const sentences = [
    ...(nowhere.length > 0 ? [`There is no agent ${quoted(nowhere, "or")} in this run.`] : []),
    ...(elsewhere.length > 0
      ? [`${quoted(elsewhere, "and")} ${elsewhere.length === 1 ? "has" : "have"} nothing at this moment.`]
      : []),
  ];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

/** Names that are listed; of more, how many. */
const LISTED = 3;

function quoted(names: readonly string[], conjunction: "and" | "or"): string {
  const shown = names.slice(0, LISTED).map((name) => `“${name}”`);
  if (names.length > LISTED) shown.push(`${names.length - LISTED} more`);
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} ${conjunction} ${last}`;
}
