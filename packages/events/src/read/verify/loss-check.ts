import { ANY_AGENTS, variableText } from "../../naming/index.ts";
import { type RunLoss, type UntoldLoss, UntoldLosses } from "../../run/index.ts";
import {
  type Event,
  type JsonObject,
  LOSS_TYPES,
  type LossKind,
  type LossType,
  parseTimestamp,
} from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import { MANIFEST_PLACE, type RecordedLoss } from "./report.ts";
import { isLeftOut } from "./state-check.ts";
import type { Stretch } from "./violation-log.ts";

/** Gathers what is said to be missing from the log: by the log itself, and by run.json. */
export class LossCheck {
  readonly losses: RecordedLoss[] = [];
  /** Where events are missing without the log having said so yet, or are not in their order. */
  readonly stretches: Stretch[] = [];
  /** Of events that had been written, and were lost with their file: what follows may rest on them. */
  readonly #withFile: Stretch[] = [];
  /** Events that the log says were dropped. */
  dropped = 0;
  readonly #untold: UntoldLosses;
  /** Those of run.json's losses behind which the log has not come yet, the first to end first. */
  readonly #ahead: UntoldLoss[];

  /** @param loss what run.json says is missing, at the end or while the run goes on */
  constructor(loss?: RunLoss) {
    this.#untold = new UntoldLosses(loss?.untold);
    this.#ahead = this.#untold.losses.toSorted((left, right) =>
      left.last_timestamp < right.last_timestamp ? -1 : 1,
    );
  }

  /** @returns whether an event of that time is the first behind a loss that run.json tells of */
  isBehindLoss(timestamp: string): boolean {
    const before = this.#ahead.length;
    while (this.#ahead[0] !== undefined && this.#ahead[0].last_timestamp < timestamp) this.#ahead.shift();
    return this.#ahead.length < before;
  }

  /** @returns whether the event speaks of a loss */
  event(event: Event, { file, line, offset }: Place): boolean {
    this.#untold.event(event);
    const type = lossType(event);
    if (!type) return false;
    const { details } = event;
    if (type === "events_dropped") {
      const count = numberIn(details, "dropped");
      this.dropped += count ?? 0;
      this.stretches.push({ from: beginning(details), to: event.timestamp });
      if (numberIn(details, "were_written") !== undefined)
        this.#withFile.push({ from: beginning(details), to: event.timestamp });
    }
    this.#push(event, type, { file, line, offset });
    return true;
  }

  /** A change that is not in the log as such, though an event stands for it. */
  value(event: Event, place: Place): "left out" | "invalid" | undefined {
    if (isLeftOut(event)) {
      const name = variableText({ agent_id: event.agent_id, variable_name: event.variable_name }, ANY_AGENTS);
      const message = `the value of ${name} was left out for its size: it is not known until the next`;
      this.#push({ ...event, description: message, details: undefined }, "value_left_out", place);
      return "left out";
    }
    if (event.event_type !== "SYSTEM" || event.error_type !== "invalid_event") return undefined;
    if (event.details?.event_type !== "STATE") return undefined;
    this.#push({ ...event, details: undefined }, "invalid_event", place);
    return "invalid";
  }

  #push(event: Event, type: LossKind, { file, line, offset }: Place): void {
    const { details } = event;
    const loss = { event_id: event.event_id, error_type: type, file, line, offset };
    const message = event.description ?? type;
    this.losses.push(details === undefined ? { ...loss, message } : { ...loss, details, message });
  }

  /** Whether events that had been written are lost. */
  get hasLostFile(): boolean {
    return this.#withFile.length > 0;
  }

  /** Whether an event of this id may have been in a file that is lost. */
  wasInLostFile(id: string): boolean {
    if (!this.hasLostFile) return false;
    const time = millisecondsOf(id);
    const within = ({ from, to }: Stretch) =>
      time >= Math.floor((parseTimestamp(from) ?? 0) / 1000) && time <= (parseTimestamp(to) ?? 0) / 1000;
    return this.#withFile.some(within);
  }

  /** A loss that the log itself does not tell of. */
  unrecorded(type: LossType, { file, line, offset }: Place, message: string, details?: JsonObject): void {
    const loss = { error_type: type, file, line, offset, message };
    this.losses.push(details === undefined ? loss : { ...loss, details });
  }

  /** An event of `from` stands behind one of `to`. */
  unordered(from: string, to: string): void {
    const last = this.stretches.at(-1);
    // One that overlaps the last is one with it, so that a log in no order at all has few.
    if (last && from <= last.to && to >= last.from) {
      if (from < last.from) last.from = from;
      if (to > last.to) last.to = to;
    } else this.stretches.push({ from, to });
  }

  /** How many events run.json, and not the log, tells of one by one. @returns after `end` */
  get droppedUntold(): number {
    return this.#untold.dropped;
  }

  /** What run.json alone tells of, once all of the log was looked at. */
  end(): void {
    for (const loss of this.#untold.losses) {
      const { dropped, first_timestamp: from, last_timestamp: to, turn_start, turn_end } = loss;
      const { path, reason, were_written } = loss;
      this.stretches.push({ from, to });
      if (were_written !== undefined) this.#withFile.push({ from, to });
      const what = were_written === undefined ? "events were dropped" : "events that were in it are lost";
      const message = `${path}: ${reason}; ${dropped} ${what}, of which the log does not tell`;
      const range = { first_timestamp: from, last_timestamp: to, turn_start, turn_end };
      const details = {
        dropped,
        ...range,
        ...(were_written !== undefined && { were_written }),
        path,
        reason,
      };
      this.unrecorded("events_dropped", MANIFEST_PLACE, message, details);
    }
  }

  /** The disk failed for good, so that the log could not say it: run.json does. */
  unrecordedTail(dropped: number, loss: RunLoss | undefined): void {
    const unreported = `${dropped} events were dropped that the log does not tell of`;
    if (!loss) {
      this.unrecorded("events_dropped", MANIFEST_PLACE, unreported, { dropped });
      return;
    }
    const { first_timestamp, last_timestamp, turn_start, turn_end, path, reason } = loss;
    const details = { dropped, first_timestamp, last_timestamp, turn_start, turn_end, path, reason };
    const message = `${unreported}, of turns ${turn_start} to ${turn_end}: ${path}: ${reason}`;
    this.unrecorded("events_dropped", MANIFEST_PLACE, message, details);
  }

  get hasLostSession(): boolean {
    return this.losses.some((loss) => loss.error_type === "session_lost");
  }
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;

/** @returns the time in a ULID, since 1970 */
function millisecondsOf(id: string): number {
  let time = 0;
  for (const character of id.slice(0, TIME_CHARACTERS)) time = time * 32 + CROCKFORD.indexOf(character);
  return time;
}

function lossType(event: Event): LossType | undefined {
  if (event.event_type !== "SYSTEM" || event.status !== "warning") return undefined;
  return LOSS_TYPES.find((type) => type === event.error_type);
}

/** When the first event was dropped; where the warning does not say, it may have been any. */
function beginning(details: JsonObject | undefined): string {
  const first = details?.first_timestamp;
  return typeof first === "string" && parseTimestamp(first) !== undefined ? first : "";
}

function numberIn(details: JsonObject | undefined, name: string): number | undefined {
  const value = details?.[name];
  return typeof value === "number" ? value : undefined;
}
