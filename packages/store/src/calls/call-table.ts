import type { Asker, ModelCall } from "@llm-sim/api";
import { type Event, MODEL_CALL, type SystemStatus } from "@llm-sim/events/schema";
import type { AttemptOutcome } from "@llm-sim/events/tape";
import { TakenIn } from "../explain/rows/index.ts";
import { callOf, isModelCall } from "../model-call/index.ts";
import type { RunView } from "../reader/index.ts";

/** What is kept in memory of a call: what lists are filtered and counted by. */
export interface KnownCall {
  row: number;
  turn: number;
  actor: Asker;
  agent_id: string | undefined;
  purpose: string;
  /** A number for each question: its attempts have it in common. */
  question: number;
  attempt: number;
  model: string;
  served_model: string | undefined;
  status: SystemStatus;
  outcome: AttemptOutcome;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  reasoning_tokens: number;
  isEstimated: boolean;
  latency_ms: number;
  cost_usd: number | undefined;
}

const MARK = Buffer.from(`"${MODEL_CALL}"`);
const ESCAPE = Buffer.from("\\u");

/** The model calls of a run, in the order of its index, which it grows with. */
export class CallTable {
  readonly calls: KnownCall[] = [];
  /** Events that say they are calls, and nothing else that such an event has to. */
  readonly unreadable: Pick<Event, "event_id" | "turn_number">[] = [];
  readonly #byRow = new Map<number, KnownCall>();
  readonly #byCoordinate = new Map<string, KnownCall>();
  readonly #questions = new Map<string, KnownCall[]>();
  readonly #names = new Map<string, string>();
  readonly #taken = new TakenIn("SYSTEM", (view, rows) => this.#take(view, rows));
  readonly #asked: ((coordinate: string) => void) | undefined;

  /** @param asked of an excerpt: told of each coordinate, of whose question more may be elsewhere in the log */
  constructor(asked?: (coordinate: string) => void) {
    this.#asked = asked;
  }

  at(row: number): KnownCall | undefined {
    return this.#byRow.get(row);
  }

  /** The last of that coordinate. */
  find(coordinate: string): KnownCall | undefined {
    this.#asked?.(coordinate);
    return this.#byCoordinate.get(coordinate);
  }

  /** The attempts at a question, in their order, by one of them as text. */
  attemptsOf(coordinate: string): readonly KnownCall[] {
    this.#asked?.(coordinate);
    return this.#questions.get(questionText(coordinate)) ?? [];
  }

  /** @internal Takes in all that the index has by now. Throws StaleIndex. */
  extend(view: RunView, signal?: AbortSignal): Promise<void> {
    return this.#taken.extend(view, signal);
  }

  #take(view: RunView, rows: readonly number[]): void {
    const lines = view.lines(rows);
    const marked = rows.filter((_, place) => mayBeCall(lines[place]));
    for (const [place, event] of view.events(marked).entries()) this.add(marked[place] ?? 0, event);
  }

  /**
   * Takes in the next event, which may be a call, for who reads a log without an index.
   *
   * @param row a number that ascends
   */
  add(row: number, event: Event): void {
    if (!isModelCall(event)) return;
    const call = callOf(event);
    if (call !== undefined) this.#add(row, call);
    else this.unreadable.push({ event_id: event.event_id, turn_number: event.turn_number });
  }

  #add(row: number, call: ModelCall): void {
    const { usage = {} } = call;
    const question = questionText(call.call);
    const attempts = this.#questions.get(question) ?? [];
    const known: KnownCall = {
      row,
      turn: call.turn,
      actor: call.actor,
      agent_id: this.#name(call.agent_id),
      purpose: this.#name(call.purpose) ?? "",
      question: attempts[0]?.question ?? this.#questions.size,
      attempt: call.attempt,
      model: this.#name(call.model) ?? "",
      served_model: this.#name(call.served_model),
      status: call.status,
      outcome: call.outcome,
      input_tokens: usage.input_tokens ?? 0,
      output_tokens: usage.output_tokens ?? 0,
      cached_tokens: usage.cached_tokens ?? 0,
      reasoning_tokens: usage.reasoning_tokens ?? 0,
      isEstimated: usage.estimated === true,
      latency_ms: call.latency_ms,
      cost_usd: call.cost_usd,
    };
    attempts.push(known);
    this.#questions.set(question, attempts);
    this.calls.push(known);
    this.#byRow.set(row, known);
    this.#byCoordinate.set(call.call, known);
  }

  /** One text for all that are equal. */
  #name(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const known = this.#names.get(text);
    if (known === undefined) this.#names.set(text, text);
    return known ?? text;
  }
}

/** A line that does not hold the word is none, unless it is written in another way. */
function mayBeCall(line: Buffer | undefined): boolean {
  return line !== undefined && (line.includes(MARK) || line.includes(ESCAPE));
}

/** A coordinate without its attempt. */
function questionText(coordinate: string): string {
  return coordinate.slice(0, coordinate.lastIndexOf("#"));
}
