import type { EventCriteria, EventPage, Run } from "@llm-sim/store";

/** Events that are asked for at once. */
const PAGE = 2000;

/** A run's events in order of (timestamp, place in the log), as every answer has them, page by page. */
export async function* orderedEvents(
  run: Run,
  criteria: EventCriteria = {},
): AsyncGenerator<EventPage, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await run.query({ ...criteria, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
}
