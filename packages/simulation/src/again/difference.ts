import { type ContentDifference, contentDifferences, contentOf } from "@llm-sim/events/canonical";
import type { Event, JsonObject } from "@llm-sim/events/schema";

/** Where two events of one place differ. */
export interface EventDifference {
  /** Of their content, the first few; JSON Pointers, `left` the recorded value, `right` the one that came now. */
  fields: ContentDifference[];
  /** Ids of causes that only one of them has. */
  causes: { only_recorded: string[]; only_now: string[] };
}

const MAX_FIELDS = 3;

/** Retries of the run: what is caused by one is caused by what the retry was caused by, as there may be more or fewer of them. */
export class Retries {
  readonly #causes = new Map<string, readonly string[]>();

  note({ event_id, caused_by }: Event): void {
    this.#causes.set(event_id, caused_by ?? []);
  }

  behind(ids: readonly string[] | undefined): Set<string> {
    const found = new Set<string>();
    const add = (id: string) => {
      const causes = this.#causes.get(id);
      if (causes) causes.forEach(add);
      else found.add(id);
    };
    ids?.forEach(add);
    return found;
  }
}

/** What is different between what the log has and what came now, if anything: as the canonical log would show it. */
export function differenceOf(recorded: Event, now: Event, retries: Retries): EventDifference | undefined {
  const fields = contentDifferences(contents(recorded), contents(now), MAX_FIELDS);
  // What was read before time was up is for the clock to say.
  const [left, right] = isTimeout(recorded)
    ? [new Set<string>(), new Set<string>()]
    : [retries.behind(recorded.caused_by), retries.behind(now.caused_by)];
  const only_recorded = [...left].filter((id) => !right.has(id));
  const only_now = [...right].filter((id) => !left.has(id));
  if (fields.length === 0 && only_recorded.length === 0 && only_now.length === 0) return undefined;
  return { fields, causes: { only_recorded, only_now } };
}

/** Both stand in one log: an id is the same event in either. */
function contents(event: Event): JsonObject {
  return contentOf(event, (id) => id);
}

/** Whether an agent's deciding came to nothing for the time it took. */
export function isTimeout(event: Event): boolean {
  return event.event_type === "SYSTEM" && event.status === "failure" && event.error_type === "decide_timeout";
}
