import { type Trouble, TroubleKinds } from "@llm-sim/events/run";
import { EVENT_TYPES, type Event } from "@llm-sim/events/schema";
import { batchesOf, Pace } from "../explain/rows/index.ts";
import type { RunView } from "../reader/index.ts";
import { NO_AGENT, type RunIndex } from "../run-index/index.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

/** What went wrong, by agent and reason, commonest first. */
export interface Troubles {
  refusals: Trouble[];
  failures: Trouble[];
}

/** What went wrong in a run as its log tells it, kept from question to question. */
export class RunTroubles {
  /** Gone with its index. */
  readonly #logs = new WeakMap<RunIndex, LogTroubles>();

  /** Throws StaleIndex. */
  async at(view: RunView): Promise<Troubles> {
    const log = this.#logs.get(view.index) ?? new LogTroubles();
    this.#logs.set(view.index, log);
    await log.extend(view);
    return { refusals: log.refusals.list(), failures: log.failures.list() };
  }
}

class LogTroubles {
  readonly refusals = new TroubleKinds();
  readonly failures = new TroubleKinds();
  #covered = 0;
  #extending: Promise<void> | undefined;

  async extend(view: RunView): Promise<void> {
    const end = view.index.rows;
    while (this.#covered < end) {
      this.#extending ??= this.#extend(view).finally(() => {
        this.#extending = undefined;
      });
      await this.#extending;
    }
  }

  async #extend(view: RunView): Promise<void> {
    const { index } = view;
    const end = index.rows;
    const list = index.rowsOf(NO_AGENT, SYSTEM);
    const rows: number[] = [];
    list.each(list.rank(this.#covered), list.rank(end), (row) => rows.push(row));
    const pace = new Pace([view]);
    for (const batch of batchesOf(index, rows)) {
      for (const event of view.events(batch)) this.#add(event);
      // What is taken in is not taken in again where the log turns out to be another: all of it is thrown away then.
      this.#covered = (batch.at(-1) ?? 0) + 1;
      await pace.yieldIfDue();
    }
    this.#covered = end;
  }

  #add(event: Event): void {
    if (event.event_type !== "SYSTEM") return;
    const { status, error_type = "unknown", subject_agent_id, details = {}, description } = event;
    const of = { ...(subject_agent_id !== undefined && { agent_id: subject_agent_id }) };
    const { action_type, reason } = details;
    if (status === "warning" && typeof action_type === "string" && typeof reason === "string")
      this.refusals.add({ ...of, action_type, error_type }, reason);
    else if (status === "failure")
      this.failures.add(
        { ...of, error_type },
        typeof reason === "string" ? reason : (description ?? error_type),
      );
  }
}
