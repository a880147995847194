import { formatCount } from "../format/index.ts";
import type { ViewFilter } from "../view/index.ts";

/** A filter in one sentence, for who cannot look at its chips. */
export function filterWords(filter: ViewFilter): string {
  const { kinds, agents, involving, turns, time, text } = filter;
  const parts = [
    kinds.length > 0 && `of the kind ${anyOf(kinds)}`,
    agents.length > 0 && `of ${anyOf(agents)}`,
    involving.length > 0 && `that involve ${anyOf(involving)}`,
    span(turns.from, turns.to, "turn", formatCount),
    span(time.from, time.to, "time", (moment) => moment),
    text !== "" && `with “${text}” in them`,
  ].filter((part) => part !== false && part !== undefined);
  return parts.length === 0 ? "All events." : `Events ${parts.join(", ")}.`;
}

function anyOf(names: readonly string[]): string {
  const [last = "", ...others] = names.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}

function span<T>(
  from: T | undefined,
  to: T | undefined,
  what: string,
  textOf: (end: T) => string,
): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && from === to) return `of ${what} ${textOf(from)}`;
  if (from === undefined) return to === undefined ? undefined : `up to ${what} ${textOf(to)}`;
  return to === undefined
    ? `from ${what} ${textOf(from)} on`
    : `of ${what}s ${textOf(from)} to ${textOf(to)}`;
}
