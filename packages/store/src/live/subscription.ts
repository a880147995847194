import type { EventCriteria } from "@llm-sim/api";
import { ACTIVE_SEGMENT_FILE, isBeingWritten } from "@llm-sim/events/run";
import { invalidArgument, StoreError } from "../errors.ts";
import { type ParsedCriteria, requireSpans, Selection, TextMatch } from "../query/index.ts";
import type { RunReader, RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import { SIDECAR_FILE } from "../sidecar/index.ts";
import { type Change, ChangeSignal } from "./change-signal.ts";
import type { StreamedEvent, Subscription } from "./types.ts";

/** What is read at a time for a subscriber: this bounds its memory, and how long others wait. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_ROWS = 1000;
const SCANNED_ROWS = 50_000;
/** While events keep coming, their writer is asked after no more often than this: it costs as much as an event. */
const LOCK_CHECK_MS = 100;

/**
 * Every matching event once, in the order of the log, and the run's new ones as they come, until it is over.
 *
 * @param filter called at the first step, where its errors belong
 * @param saidIn the ids of events that a text is found behind, in what models were asked and answered
 */
export async function* follow(
  reader: RunReader,
  { filter, after, signal }: { filter: () => ParsedCriteria } & Omit<Subscription, "filter">,
  pollInterval: number,
  saidIn: (view: RunView, text: string) => Promise<ReadonlySet<string>>,
): AsyncGenerator<StreamedEvent, void, undefined> {
  const criteria = filter();
  requireSpans(criteria);
  const tail = new Tail(criteria);
  if (after !== undefined) await reader.look((view) => tail.beginBehind(view, after));
  const changes = new ChangeSignal(reader.directory, pollInterval, {
    written: ACTIVE_SEGMENT_FILE,
    ignored: (file) => file.startsWith(SIDECAR_FILE),
  });
  const wake = (): void => changes.wake();
  signal?.addEventListener("abort", wake);
  try {
    const isAborted = (): boolean => signal?.aborted ?? false;
    let checkedAt = Number.NEGATIVE_INFINITY;
    let isOver = false;
    const take = (view: RunView): Taken => tail.take(view);
    const { q, in: within } = criteria;
    const takeSaid =
      within !== "payload" || q === undefined || q === ""
        ? undefined
        : async (view: RunView): Promise<Taken> => tail.take(view, await saidIn(view, q));
    let change: Change = "any";
    while (!isAborted()) {
      const taken = change === "written" && takeSaid === undefined ? reader.lookAtWritten(take) : undefined;
      const { events, isBehind } = taken ?? (await reader.look(takeSaid ?? take));
      change = "any";
      for (const event of events) {
        if (isAborted()) return;
        yield event;
      }
      if (isBehind) continue;
      if (isOver) return;
      // The lock is looked at behind the events, not before, which would delay them; a writer that has gone may have
      // written meanwhile, so the log is then looked at once more.
      if (events.length === 0 || performance.now() - checkedAt > LOCK_CHECK_MS) {
        isOver = !isBeingWritten(reader.directory);
        checkedAt = performance.now();
      }
      if (!isOver) change = await changes.next();
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    changes.close();
  }
}

const NONE: ReadonlySet<string> = new Set();

interface Taken {
  events: StreamedEvent[];
  /** There is more in the index already. */
  isBehind: boolean;
}

/** A place in the log's order, and what is wanted from there on. */
class Tail {
  readonly #criteria: EventCriteria;
  readonly #text: TextMatch | undefined;
  #row = 0;
  /** Of the event before the place, by which it is found again in an index made anew. */
  #lastId: string | undefined;
  #generation: number | undefined;
  #selection: { index: RunIndex; names: number; selection: Selection } | undefined;

  constructor(criteria: EventCriteria) {
    this.#criteria = criteria;
    this.#text =
      criteria.q === undefined || criteria.q === "" ? undefined : new TextMatch(criteria.q, criteria.in);
  }

  beginBehind(asked: RunView, eventId: string): void {
    const view = asked.byPlace();
    const row = view.index.find(eventId);
    if (row < 0) throw invalidArgument("after", `run ${view.id} has no event ${eventId}`);
    this.#row = row + 1;
    this.#lastId = eventId;
    this.#generation = view.generation;
  }

  /** @param said ids of events that match whatever is in them */
  take(asked: RunView, said: ReadonlySet<string> = NONE): Taken {
    const view = asked.byPlace();
    const { index } = view;
    let row = this.#place(view);
    const end = Math.min(index.rows, row + SCANNED_ROWS);
    const selection = this.#selectionIn(index);
    const rows: number[] = [];
    for (let bytes = 0; row < end && rows.length < BATCH_ROWS && bytes < BATCH_BYTES; row++) {
      if (!selection.matches(row)) continue;
      rows.push(row);
      bytes += index.columns.length(row);
    }
    const lines = view.lines(rows);
    const found = lines.map((line, place) => ({ event_id: index.idOf(rows[place] ?? 0), line }));
    const text = this.#text;
    const events =
      text === undefined
        ? found
        : found.filter(({ event_id, line }) => said.has(event_id) || text.isIn(line));
    // Only now: where reading failed, the same rows are asked for again.
    this.#row = row;
    this.#lastId =
      rows.at(-1) === row - 1 ? found.at(-1)?.event_id : row > 0 ? index.idOf(row - 1) : undefined;
    this.#generation = view.generation;
    return { events, isBehind: row < index.rows };
  }

  /** The codes in a selection are the index's: they are looked up again when there are new names, or a new index. */
  #selectionIn(index: RunIndex): Selection {
    const names = index.names.agents.size;
    if (this.#selection?.index !== index || this.#selection.names !== names)
      this.#selection = { index, names, selection: new Selection(index, this.#criteria) };
    return this.#selection.selection;
  }

  #place(view: RunView): number {
    if (this.#generation === undefined || this.#generation === view.generation || this.#lastId === undefined)
      return this.#row;
    const row = view.index.find(this.#lastId);
    if (row >= 0) return row + 1;
    throw new StoreError("LOG_UNREADABLE", `The log of run ${view.id} was replaced while it was followed.`, {
      simulation_id: view.id,
    });
  }
}
