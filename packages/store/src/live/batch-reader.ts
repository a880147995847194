import { invalidArgument, StoreError } from "../errors.ts";
import { type ParsedCriteria, requireSpans, Selection, TextMatch } from "../query/index.ts";
import type { RunView } from "../reader/index.ts";
import type { RunIndex } from "../run-index/index.ts";
import type { EventBatch, Place } from "./types.ts";

/** What is read at a time: this bounds what a subscriber that does not read holds, and how long others wait. */
const BATCH_BYTES = 128 * 1024;
const BATCH_ROWS = 1000;
const SCANNED_ROWS = 50_000;

const NONE: ReadonlySet<string> = new Set();

/** Reads the events that match one filter, piece by piece, for all who have it. */
export class BatchReader {
  readonly #criteria: ParsedCriteria;
  readonly #text: TextMatch | undefined;
  #selection: { index: RunIndex; names: number; selection: Selection } | undefined;

  constructor(criteria: ParsedCriteria) {
    requireSpans(criteria);
    this.#criteria = criteria;
    this.#text =
      criteria.q === undefined || criteria.q === "" ? undefined : new TextMatch(criteria.q, criteria.in);
  }

  /** The text that is also looked for in what models were asked and answered. */
  get saidText(): string | undefined {
    const { q, in: within } = this.#criteria;
    return within === "payload" && q !== "" ? q : undefined;
  }

  /**
   * What matches from a place on; there may be more, and of what was looked through nothing may match.
   *
   * @param said ids of events that match whatever is in them
   * @param before the row to stop at
   */
  read(
    asked: RunView,
    place: Place,
    { said = NONE, before = Number.POSITIVE_INFINITY }: { said?: ReadonlySet<string>; before?: number } = {},
  ): EventBatch {
    const view = asked.byPlace();
    const { index, generation } = view;
    const from = placeIn(view, place);
    const end = Math.min(index.rows, before, from.row + SCANNED_ROWS);
    const selection = this.#selectionIn(index);
    const rows: number[] = [];
    let row = from.row;
    for (let bytes = 0; row < end && rows.length < BATCH_ROWS && bytes < BATCH_BYTES; row++) {
      if (!selection.matches(row)) continue;
      rows.push(row);
      bytes += index.columns.length(row);
    }
    const lines = view.lines(rows);
    const found = lines.map((line, at) => ({ event_id: index.idOf(rows[at] ?? 0), line }));
    const text = this.#text;
    const events =
      text === undefined
        ? found
        : found.filter(({ event_id, line }) => said.has(event_id) || text.isIn(line));
    const bytes = events.reduce((sum, { line }) => sum + line.length, 0);
    if (row === from.row) return { from, to: from, events, bytes };
    const lastId = rows.at(-1) === row - 1 ? found.at(-1)?.event_id : index.idOf(row - 1);
    return { from, to: { row, lastId, generation }, events, bytes };
  }

  /** The codes in a selection are the index's: they are looked up again when there are new names, or a new index. */
  #selectionIn(index: RunIndex): Selection {
    const names = index.names.agents.size;
    if (this.#selection?.index !== index || this.#selection.names !== names)
      this.#selection = { index, names, selection: new Selection(index, this.#criteria) };
    return this.#selection.selection;
  }
}

/** Where to begin: behind an event, or at the log's first. Throws INVALID_ARGUMENT. */
export function beginning(asked: RunView, after: string | undefined): Place {
  const view = asked.byPlace();
  const { generation } = view;
  if (after === undefined) return { row: 0, lastId: undefined, generation };
  const row = view.index.find(after);
  if (row < 0) throw invalidArgument("after", `run ${view.id} has no event ${after}`);
  return { row: row + 1, lastId: after, generation };
}

/** The same place in the index as it is now. Throws LOG_UNREADABLE where the log is another. */
function placeIn(view: RunView, place: Place): Place {
  const { generation } = view;
  if (place.generation === generation) return place;
  if (place.lastId === undefined) return { ...place, generation };
  const row = view.index.find(place.lastId);
  if (row >= 0) return { row: row + 1, lastId: place.lastId, generation };
  throw new StoreError("LOG_UNREADABLE", `The log of run ${view.id} was replaced while it was followed.`, {
    simulation_id: view.id,
  });
}
