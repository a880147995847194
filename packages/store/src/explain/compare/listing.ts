import type { CompareDifferencesAnswer, CompareDifferencesQuery, RelatedDifference } from "@llm-sim/api";
import type { FoundDifference } from "./found.ts";

/** Bytes of events on a page: then it ends early. */
const MAX_BYTES = 16 * 1024 * 1024;

type Asked = Omit<CompareDifferencesQuery, "left" | "right"> & { limit: number; offset: number };

/** Gathers a page of the differences that match, and counts all that do. */
export class Listing {
  readonly differences: RelatedDifference[] = [];
  total = 0;
  readonly #asked: Asked;
  #bytes = 0;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  take(found: FoundDifference): void {
    if (!this.#matches(found)) return;
    const place = this.total++;
    const { limit, offset } = this.#asked;
    const isFull = this.differences.length > 0 && this.#bytes >= MAX_BYTES;
    if (place < offset || this.differences.length >= limit || isFull) return;
    this.differences.push({ ...found.describe(), relation: found.relation });
    this.#bytes += (found.pair.left?.line.bytes.length ?? 0) + (found.pair.right?.line.bytes.length ?? 0);
  }

  get page(): Pick<CompareDifferencesAnswer, "differences" | "total" | "has_more"> {
    const { differences, total } = this;
    return { differences, total, has_more: this.#asked.offset + differences.length < total };
  }

  #matches({ entry, kind, relation, turn }: FoundDifference): boolean {
    const { agent_id, event_type, name, turn_start = 0, turn_end = turn } = this.#asked;
    return (
      turn >= turn_start &&
      turn <= turn_end &&
      (this.#asked.kind === undefined || this.#asked.kind === kind) &&
      (this.#asked.relation === undefined || this.#asked.relation === relation) &&
      (event_type === undefined || entry.kind === event_type) &&
      (agent_id === undefined || entry.agent === agent_id) &&
      (name === undefined || entry.name === name)
    );
  }
}
