import type { ParsedCriteria } from "../query/index.ts";
import type { EventCursor, StreamedEvent, Subscription } from "./types.ts";

/**
 * Every matching event once, in the order of the log, and the run's new ones as they come, until it is over.
 *
 * @param join whose cursor it takes
 * @param filter called at the first step, where its errors belong
 */
export async function* follow(
  join: (criteria: ParsedCriteria, after: string | undefined, onMore: () => void) => Promise<EventCursor>,
  { filter, after, signal }: { filter: () => ParsedCriteria } & Omit<Subscription, "filter">,
): AsyncGenerator<StreamedEvent, void, undefined> {
  const criteria = filter();
  let wake = (): void => {};
  const onMore = (): void => wake();
  const cursor = await join(criteria, after, onMore);
  signal?.addEventListener("abort", onMore);
  try {
    const isAborted = (): boolean => signal?.aborted ?? false;
    while (!isAborted()) {
      const batch = cursor.take();
      for (const event of batch?.events ?? []) {
        if (isAborted()) return;
        yield event;
      }
      if (batch !== undefined) continue;
      if (cursor.isOver) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal?.removeEventListener("abort", onMore);
    cursor.close();
  }
}
