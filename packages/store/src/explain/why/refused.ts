import type { WhyAnswer } from "@llm-sim/api";
import { EVENT_TYPES, isRefusal } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import type { Moment } from "../rows/index.ts";
import { clause, upperFirst } from "./sentence.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
const MAX_REFUSED = 20;
/** A run that retries a lot has many events about an agent: no more are looked at. */
const MAX_READ = 1000;

/** What the agent was refused after a row and before a moment, the latest first: why a value stayed as it was. */
export function refusedBetween(
  view: RunView,
  agentId: string | undefined,
  after: number,
  { events }: Moment,
): WhyAnswer["refused"] {
  const { index } = view;
  const agent = agentId === undefined ? undefined : index.names.agents.find(agentId);
  if (agent === undefined) return [];
  const about = index.rowsInvolving(agent, SYSTEM);
  const refused: WhyAnswer["refused"] = [];
  const end = about.rank(events);
  const begin = Math.max(about.rank(after), end - MAX_READ);
  for (let at = end - 1; at >= begin && refused.length < MAX_REFUSED; at--) {
    const event = view.event(about.at(at));
    if (!isRefusal(event)) continue;
    const sentence = `${upperFirst(clause(event, view.agents))}.`;
    refused.push({ sentence, event_id: event.event_id, turn: event.turn_number });
  }
  return refused;
}
