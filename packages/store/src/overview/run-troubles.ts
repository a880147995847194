import { type Trouble, TroubleKinds } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { TakenIn } from "../explain/rows/index.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";

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
    return log.told.list();
  }
}

class LogTroubles {
  readonly told = new ToldTroubles();
  readonly #taken = new TakenIn("SYSTEM", (view, rows) => {
    for (const event of view.events(rows)) this.told.add(event);
  });

  extend(view: RunView): Promise<void> {
    return this.#taken.extend(view);
  }
}

/** What went wrong by a run's events, which are added in the order of its log; others than of kind SYSTEM tell nothing of it. */
export class ToldTroubles {
  readonly #refusals = new TroubleKinds();
  readonly #failures = new TroubleKinds();

  list(): Troubles {
    return { refusals: this.#refusals.list(), failures: this.#failures.list() };
  }

  add(event: Event): void {
    if (event.event_type !== "SYSTEM") return;
    const { status, error_type = "unknown", subject_agent_id, details = {}, description } = event;
    const of = { ...(subject_agent_id !== undefined && { agent_id: subject_agent_id }) };
    const { action_type, reason } = details;
    if (status === "warning" && typeof action_type === "string" && typeof reason === "string")
      this.#refusals.add({ ...of, action_type, error_type }, reason);
    else if (status === "failure")
      this.#failures.add(
        { ...of, error_type },
        typeof reason === "string" ? reason : (description ?? error_type),
      );
  }
}
