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
  for (
    let at = about.length - 1;
    at >= Math.max(0, about.length - MAX_READ) && refused.length < MAX_REFUSED;
    at--
  ) {
    const row = about.at(at);
    if (row >= events) continue;
    if (row < after) break;
    const event = view.event(row);
    if (!isRefusal(event)) continue;
    const sentence = `${upperFirst(clause(event, view.agents))}.`;
    refused.push({ sentence, event_id: event.event_id, turn: event.turn_number });
  }
  return refused;
}
