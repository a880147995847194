import { LOSS_TYPES } from "@llm-sim/events/read";
import { EVENT_TYPES } from "@llm-sim/events/schema";

const PLAIN = `^\\{"event_id":"[0-9A-HJKMNP-TV-Z]{26}","timestamp":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z","turn_number":[0-9]{1,9},"event_type":"(${EVENT_TYPES.join("|")})","simulation_id":"`;
const LOSSES = [...LOSS_TYPES, "invalid_event", "untracked_memory"];
const STANDINGS = ['"agent_added"', '"agent_removed"'];
const MEMORIES = ['"memory":', '"forgotten":', '"lossy":'];

/**
 * What a run is looked through for and only an event's line says: worked out by the engine as the line is put in, of the line itself, as
 * reading all lines of ten million events again takes seconds.
 */
export const LINE_FACTS = {
  is_plain: `match(line, ${quoted(PLAIN)}) AND NOT match(line, '"(agent_id|caused_by)":null')`,
  tells_loss: `if(event_type = 'SYSTEM', JSONExtractString(line, 'error_type'), '') IN (${listed(LOSSES)})`,
  is_altered: `event_type = 'STATE' AND position(line, '"lossy":') > 0`,
  tells_memory: `multiIf(event_type = 'SYSTEM', multiSearchAny(line, [${listed(STANDINGS)}]), event_type = 'DECISION', multiSearchAny(line, [${listed(MEMORIES)}]), 0)`,
};

function listed(texts: readonly string[]): string {
  return texts.map(quoted).join(", ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
