import { AsyncLocalStorage } from "node:async_hooks";
import type { EventHandle } from "./handle.ts";

/** The scope of a stream that is going on, in those of others. */
interface Going {
  of: RunningCause;
  cause: EventHandle;
  around: Going | undefined;
}

/**
 * Of all streams: Node.js below 24 looks at every storage that was ever used whenever a promise is made, so that one of each stream's
 * own would slow down the process for good, also when its run has ended.
 */
const going = new AsyncLocalStorage<Going>();

/** The cause of what a stream's code emits where it is, also after an `await`. */
export class RunningCause {
  within<T>(cause: EventHandle, body: () => T): T {
    const now = going.getStore();
    if (now?.of !== this) return going.run({ of: this, cause, around: now }, body);
    return now.cause === cause ? body() : going.run({ of: this, cause, around: now.around }, body);
  }

  get cause(): EventHandle | undefined {
    let at = going.getStore();
    while (at && at.of !== this) at = at.around;
    return at?.cause;
  }
}
