import type { EventCriteria } from "@llm-sim/api";
import { EMPTY_FILTER, type ViewFilter } from "./view-state.ts";

/** The filter in the API's words. */
export function toCriteria(filter: ViewFilter): EventCriteria {
  return {
    ...(filter.kinds.length > 0 && { event_types: [...filter.kinds] }),
    ...(filter.agents.length > 0 && { agent_ids: [...filter.agents] }),
    ...(filter.involving.length > 0 && { involving: [...filter.involving] }),
    ...(filter.turns.from !== undefined && { turn_start: filter.turns.from }),
    ...(filter.turns.to !== undefined && { turn_end: filter.turns.to }),
    ...(filter.time.from !== undefined && { start_timestamp: filter.time.from }),
    ...(filter.time.to !== undefined && { end_timestamp: filter.time.to }),
    ...(filter.text !== "" && {
      q: filter.text,
      ...(filter.searchIn === "payload" && { in: filter.searchIn }),
    }),
  };
}

export type FilterPart = keyof ViewFilter;

/** The filter without one of its parts: what the counts beside that part's choices are counted in. */
export function without(filter: ViewFilter, part: FilterPart): ViewFilter {
  return { ...filter, [part]: EMPTY_FILTER[part] };
}

export function isEmpty(filter: ViewFilter): boolean {
  return Object.keys(toCriteria(filter)).length === 0;
}
