import type { EventCriteria } from "@llm-sim/api";
import { type EventPage, parseFilter, type Run } from "@llm-sim/store";

/** Events that are asked for at once. */
const PAGE = 2000;

/** A run's events in order of (timestamp, place in the log), as every answer has them, page by page. */
export async function* orderedEvents(
  run: Run,
  criteria: EventCriteria = {},
): AsyncGenerator<EventPage, void, undefined> {
  const filter = parseFilter({ ...criteria, limit: PAGE });
  let cursor: string | undefined;
  do {
    const wanted = { ...filter, cursor };
    const { answer: page } = await run.ask((asked) => asked.query(wanted));
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
}
