import { isStoreError } from "@llm-sim/store";
import { Excerpt } from "@llm-sim/store/port";
import type { Lake, Parameters } from "../connection/index.ts";
import { idParameters, OF_IDS } from "./blocks.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import type { Fetched, WholeRun } from "./whole-run.ts";

/** More than this is asked of the run's files. */
export const MOST_EVENTS = 30_000;
/** Ids that one statement asks for. */
const IDS_AT_ONCE = 1000;
/** A coordinate without its attempt. */
const QUESTION_OF_CALL = "substring(call, 1, length(call) - position(reverse(call), '#'))";
/** A chain goes on for so many steps at most. */
const MOST_ROUNDS = 250;

/** It takes more of the run than is fetched for one answer. */
class TooMuch extends Error {}

/** A variable that was read as it was set up: whether it was written again by then takes its first writes. */
interface SetUp {
  agent: string;
  variable: string;
}

/** The events of one answer, fetched from a run's tables as they turn out to be needed. */
export class Excerpts {
  readonly #lake: Lake;
  readonly #run: WholeRun;
  readonly #signal: AbortSignal | undefined;
  readonly #events = new Map<number, Fetched>();
  /** Ids that were asked for, and are there or nowhere. */
  readonly #known = new Set<string>();
  readonly #effectsKnown = new Set<string>();
  readonly #questionsKnown = new Set<string>();
  /** Variables whose first writes are there, or are fetched next. */
  readonly #pairs = new Set<string>();
  #setUp: SetUp[] = [];

  constructor(lake: Lake, run: WholeRun, signal: AbortSignal | undefined) {
    this.#lake = lake;
    this.#run = run;
    this.#signal = signal;
    for (const event of run.ends) this.#add(event);
  }

  /**
   * Fetches events.
   *
   * @param where which of `events`, beside {@link OF_RUN}
   * @param tail what the statement ends with
   */
  async fetch(where: string, parameters: Parameters = {}, tail = ""): Promise<void> {
    const most = MOST_EVENTS + 1;
    const rows = await rowsOf(
      this.#lake,
      this.#run,
      "place, event_id, line, event_type = 'STATE' AND turn = 0, agent_id, name",
      `FROM events WHERE ${OF_RUN} AND (${where}) ${tail === "" ? `LIMIT ${most}` : tail}`,
      async (row) => ({
        place: await row.uint64(),
        id: await row.text(),
        line: await row.bytes(),
        isSetUp: (await row.byte()) === 1,
        agent: await row.text(),
        variable: await row.text(),
      }),
      { parameters, signal: this.#signal },
    );
    for (const { place, id, line, isSetUp, agent, variable } of rows) {
      if (this.#events.has(place)) continue;
      this.#add({ place, id, line });
      if (isSetUp && !this.#pairs.has(pairOf(variable, agent))) {
        this.#pairs.add(pairOf(variable, agent));
        this.#setUp.push({ agent, variable });
      }
    }
    if (this.#events.size >= MOST_EVENTS) throw new TooMuch();
  }

  fetchIds(ids: readonly string[]): Promise<void> {
    return this.fetch(OF_IDS, idParameters(this.#run.blocks, ids));
  }

  /**
   * Fetches what stands around the end of a turn: the last event that is not past it, and the first behind that.
   *
   * @returns the place of the last; that of the log's end where there is none
   */
  async endOfTurn(turn: number): Promise<number> {
    const [found] = await rowsOf(
      this.#lake,
      this.#run,
      "place",
      `FROM events WHERE ${OF_RUN} AND turn <= {turn:UInt64} ORDER BY place DESC LIMIT 1`,
      (row) => row.uint64(),
      { parameters: { turn }, signal: this.#signal },
    );
    const until = found ?? 0;
    await this.around(until);
    return until;
  }

  /** The same events, to go on with in another way. */
  copy(): Excerpts {
    const other = new Excerpts(this.#lake, this.#run, this.#signal);
    other.add([...this.#events.values()]);
    return other;
  }

  /** Whether a text stands in one of the events. */
  hold(text: Buffer): boolean {
    return [...this.#events.values()].some(({ line }) => line.includes(text));
  }

  /** Of an event that is there. */
  placeOf(eventId: string): number | undefined {
    for (const { place, id } of this.#events.values()) if (id === eventId) return place;
    return undefined;
  }

  /** The same of one that was fetched. */
  requireIdAt(place: number): string {
    const event = this.#events.get(place);
    if (event === undefined) throw new RangeError(`No event was fetched of place ${place}.`);
    return event.id;
  }

  /** Puts in what stands for events that are not fetched themselves. */
  add(events: readonly Fetched[]): void {
    for (const event of events) if (!this.#events.has(event.place)) this.#add(event);
    if (this.#events.size >= MOST_EVENTS) throw new TooMuch();
  }

  /** Fetches the events at these places. */
  async fetchAt(places: readonly number[]): Promise<void> {
    for (const some of inPieces(places))
      await this.fetch("place IN {places:Array(UInt64)}", { places: some });
  }

  /** Of the event at a place, where that is there. */
  idAt(place: number): string | undefined {
    return this.#events.get(place)?.id;
  }

  /** Fetches the event at a place and the one behind it. */
  around(place: number): Promise<void> {
    return this.fetch("place >= {place:UInt64}", { place }, "ORDER BY place LIMIT 2");
  }

  /**
   * Answers out of what is fetched, and fetches what the answer turns out to need, until it needs nothing more.
   *
   * @param isCertain whether an error says nothing that rests on what is not fetched
   * @returns `undefined` where the run's files have to be asked: it takes too much, or is an error, which names what there is
   */
  async answer<Answer>(
    ask: (excerpt: Excerpt) => Promise<Answer>,
    isCertain: (error: unknown) => boolean = (error) => isStoreError(error, "EVENT_NOT_FOUND"),
  ): Promise<Answer | undefined> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const excerpt = this.excerpt();
      let answer: Answer | undefined;
      let failure: unknown;
      try {
        answer = await ask(excerpt);
      } catch (error) {
        failure = error;
      }
      this.#signal?.throwIfAborted();
      const { causes, effectsOf, questions } = excerpt.beyond;
      const [unknown, unfollowed, unasked] = [
        [...causes].filter((id) => !this.#known.has(id)),
        [...effectsOf].filter((id) => !this.#effectsKnown.has(id)),
        [...questions].filter((coordinate) => !this.#questionsKnown.has(coordinate)),
      ];
      if (unknown.length + unfollowed.length + unasked.length + this.#setUp.length === 0) {
        if (failure === undefined || isCertain(failure)) {
          if (failure !== undefined) throw failure;
          return answer;
        }
        return undefined;
      }
      await this.#fetchMore(unknown, unfollowed, unasked);
    }
    return undefined;
  }

  excerpt(): Excerpt {
    const { id, manifest, agents } = this.#run;
    const events = [...this.#events.values()].toSorted((a, b) => a.place - b.place);
    return new Excerpt({ id, manifest, agents, lines: events.map(({ line }) => line) });
  }

  #add(event: Fetched): void {
    this.#events.set(event.place, event);
    this.#known.add(event.id);
  }

  async #fetchMore(
    causes: readonly string[],
    effectsOf: readonly string[],
    questions: readonly string[],
  ): Promise<void> {
    const setUp = this.#setUp;
    this.#setUp = [];
    await Promise.all([
      ...inPieces(causes).map((ids) => this.fetchIds(ids)),
      ...inPieces(effectsOf).map((ids) =>
        this.fetch(
          `place IN (SELECT place FROM edges WHERE ${OF_RUN} AND cause IN {ids:Array(String)} LIMIT ${MOST_EVENTS})`,
          { ids },
        ),
      ),
      ...inPieces(questions).map((coordinates) =>
        this.fetch(
          `place IN (SELECT place FROM calls WHERE ${OF_RUN} AND ${QUESTION_OF_CALL} IN {questions:Array(String)} LIMIT ${MOST_EVENTS})`,
          { questions: coordinates.map((text) => text.slice(0, text.lastIndexOf("#"))) },
        ),
      ),
      this.#firstWrites(setUp),
    ]);
    for (const id of causes) this.#known.add(id);
    for (const id of effectsOf) this.#effectsKnown.add(id);
    for (const coordinate of questions) this.#questionsKnown.add(coordinate);
  }

  /** What was set up, and is written again, is not what was read for its value: the write behind tells. */
  async #firstWrites(setUp: readonly SetUp[]): Promise<void> {
    if (setUp.length === 0) return;
    const pairs = {
      variables: setUp.map(({ variable }) => variable),
      agents: setUp.map(({ agent }) => agent),
    };
    const writes = await rowsOf(
      this.#lake,
      this.#run,
      "place, turn, variable, agent_id",
      `FROM variables WHERE ${OF_RUN} AND (variable, agent_id) IN arrayZip({variables:Array(String)}, {agents:Array(String)})
ORDER BY variable, agent_id, place LIMIT ${FIRST_WRITES} BY variable, agent_id`,
      async (row) => ({
        place: await row.uint64(),
        turn: await row.uint64(),
        pair: pairOf(await row.text(), await row.text()),
      }),
      { parameters: pairs, signal: this.#signal },
    );
    const counts = new Map<string, number>();
    for (const { pair, turn } of writes) {
      const count = (counts.get(pair) ?? 0) + 1;
      counts.set(pair, count);
      // Written again and again before the first turn: what comes behind the last of those is not among the first.
      if (count === FIRST_WRITES && turn === 0) throw new TooMuch();
    }
    const places = writes.map(({ place }) => place).filter((place) => !this.#events.has(place));
    if (places.length > 0) await this.fetch("place IN {places:Array(UInt64)}", { places });
  }
}

const FIRST_WRITES = 3;

/** Answers out of events, or `undefined` where that takes too many. */
export async function unlessTooMuch<Answer>(
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

function pairOf(variable: string, agent: string): string {
  return JSON.stringify([variable, agent]);
}

function inPieces<Id>(ids: readonly Id[]): Id[][] {
  const pieces: Id[][] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) pieces.push(ids.slice(at, at + IDS_AT_ONCE));
  return pieces;
}
