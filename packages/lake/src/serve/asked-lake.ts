import type { AskedExplanations, AskedRun, Soon } from "@llm-sim/store/port";
import { requireSpans } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { callCountOf, callOf, callsOf } from "./calls.ts";
import { findIn } from "./find.ts";
import { historyOf } from "./history.ts";
import { causalityOf, effectsOf, whyOf } from "./linked.ts";
import { completenessOf, interactionsOf, lastEventsOf, phasesOf, turnEndsOf, variablesOf } from "./lists.ts";
import { eventIn, isAskedOfTables, lineOf, pageOf } from "./page.ts";
import { requireSameRun } from "./same-run.ts";
import { stateOf } from "./state.ts";
import { isOfText, searchIn, textPageOf, textTimelineOf } from "./text.ts";
import { timelineOf } from "./timeline.ts";
import { valuesOf } from "./values.ts";
import type { WholeRun } from "./whole-run.ts";

/** Asks the files of the run, made again where they are not there yet. */
export type AskFiles = <T>(question: (asked: AskedRun) => Soon<T>) => Promise<T>;

/** Where a run in a lake is asked. */
class Places {
  readonly lake: Lake;
  readonly whole: WholeRun | undefined;
  readonly files: AskFiles;

  constructor(lake: Lake, whole: WholeRun | undefined, files: AskFiles) {
    this.lake = lake;
    this.whole = whole;
    this.files = files;
  }

  /**
   * Asks the tables of a whole run, and the files of any other.
   *
   * @param ofTables where it gives `undefined`, the files are asked after all
   */
  async ask<T>(
    ofTables: (lake: Lake, whole: WholeRun) => Promise<T | undefined> | undefined,
    ofFiles: (asked: AskedRun) => Soon<T>,
  ): Promise<T> {
    const answer = this.whole && (await ofTables(this.lake, this.whole));
    return answer ?? this.files(ofFiles);
  }
}

/** A run in a lake, asked of its tables where these say all, and of its files otherwise. */
export class AskedLake implements AskedRun {
  readonly explain: AskedExplanations;
  readonly #places: Places;

  /** @param whole where the tables say all that there is */
  constructor(lake: Lake, whole: WholeRun | undefined, files: AskFiles) {
    this.#places = new Places(lake, whole, files);
    this.explain = new LakeExplanations(this.#places);
  }

  query: AskedRun["query"] = async (filter, signal) => {
    requireSpans(filter);
    const ofTables = isOfText(filter) ? textPageOf : pageOf;
    return this.#places.ask(
      (lake, run) => (isAskedOfTables(run, filter) ? ofTables(lake, run, filter, signal) : undefined),
      (files) => files.query(filter, signal),
    );
  };

  timeline: AskedRun["timeline"] = async (query, signal) => {
    requireSpans(query);
    const ofTables = isOfText(query) ? textTimelineOf : timelineOf;
    return this.#places.ask(
      (lake, run) => (isAskedOfTables(run, query) ? ofTables(lake, run, query, signal) : undefined),
      (files) => files.timeline(query, signal),
    );
  };

  search: AskedRun["search"] = async (criteria, options) => {
    requireSpans(criteria);
    const isOfTables = (run: WholeRun) => isAskedOfTables(run, criteria) && isOfText(criteria);
    return this.#places.ask(
      (lake, run) => (isOfTables(run) ? searchIn(lake, run, criteria, options) : undefined),
      (files) => files.search(criteria, options),
    );
  };

  eventLine: AskedRun["eventLine"] = (eventId) =>
    this.#places.ask(
      (lake, run) => lineOf(lake, run, eventId),
      async (files) => files.eventLine(eventId),
    );

  event: AskedRun["event"] = (eventId) =>
    this.#places.ask(
      async (lake, run) => eventIn(run.id, await lineOf(lake, run, eventId)),
      async (files) => files.event(eventId),
    );

  causality: AskedRun["causality"] = (...asked) =>
    this.#places.ask(
      (lake, run) => causalityOf(lake, run, ...asked),
      async (files) => files.causality(...asked),
    );

  callCount: AskedRun["callCount"] = () =>
    this.#places.ask(
      (lake, run) => callCountOf(lake, run),
      async (files) => files.callCount(),
    );

  calls: AskedRun["calls"] = (...asked) =>
    this.#places.ask(
      (lake, run) => callsOf(lake, run, ...asked),
      async (files) => files.calls(...asked),
    );

  call: AskedRun["call"] = (...asked) =>
    this.#places.ask(
      (lake, run) => callOf(lake, run, ...asked),
      async (files) => files.call(...asked),
    );

  variables: AskedRun["variables"] = (...asked) =>
    this.#places.ask(
      (lake, run) => variablesOf(lake, run, ...asked),
      async (files) => files.variables(...asked),
    );

  phases: AskedRun["phases"] = (...asked) =>
    this.#places.ask(
      (lake, run) => phasesOf(lake, run, ...asked),
      async (files) => files.phases(...asked),
    );

  completeness: AskedRun["completeness"] = (...asked) =>
    this.#places.ask(
      (lake, run) => completenessOf(lake, run, ...asked),
      async (files) => files.completeness(...asked),
    );

  lastEvents: AskedRun["lastEvents"] = (...asked) =>
    this.#places.ask(
      (lake, run) => lastEventsOf(lake, run, ...asked),
      async (files) => files.lastEvents(...asked),
    );

  skippedLines: AskedRun["skippedLines"] = () =>
    this.#places.ask(
      async (lake, run) => {
        await requireSameRun(lake, run);
        return { count: 0, lines: [] };
      },
      async (files) => files.skippedLines(),
    );
}

class LakeExplanations implements AskedExplanations {
  readonly places: Places;

  constructor(places: Places) {
    this.places = places;
  }

  effects: AskedExplanations["effects"] = (...asked) =>
    this.places.ask(
      (lake, run) => effectsOf(lake, run, ...asked),
      ({ explain }) => explain.effects(...asked),
    );

  why: AskedExplanations["why"] = (...asked) =>
    this.places.ask(
      (lake, run) => whyOf(lake, run, ...asked),
      ({ explain }) => explain.why(...asked),
    );

  state: AskedExplanations["state"] = (...asked) =>
    this.places.ask(
      (lake, run) => stateOf(lake, run, ...asked),
      ({ explain }) => explain.state(...asked),
    );

  turnEnds: AskedExplanations["turnEnds"] = () =>
    this.places.ask(
      (lake, run) => turnEndsOf(lake, run),
      ({ explain }) => explain.turnEnds(),
    );

  history: AskedExplanations["history"] = (...asked) =>
    this.places.ask(
      (lake, run) => historyOf(lake, run, ...asked),
      ({ explain }) => explain.history(...asked),
    );

  valuesByTurn: AskedExplanations["valuesByTurn"] = (...asked) =>
    this.places.ask(
      (lake, run) => valuesOf(lake, run, ...asked),
      ({ explain }) => explain.valuesByTurn(...asked),
    );

  interactions: AskedExplanations["interactions"] = (...asked) =>
    this.places.ask(
      (lake, run) => interactionsOf(lake, run, ...asked),
      ({ explain }) => explain.interactions(...asked),
    );

  find: AskedExplanations["find"] = (...asked) =>
    this.places.ask(
      (lake, run) => findIn(lake, run, ...asked),
      ({ explain }) => explain.find(...asked),
    );

  widest: AskedExplanations["widest"] = (...asked) =>
    this.places.files(({ explain }) => explain.widest(...asked));
  compare: AskedExplanations["compare"] = (right, signal) =>
    this.#beside(right, (one, other) => one.compare(other, signal));
  differences: AskedExplanations["differences"] = (right, query, signal) =>
    this.#beside(right, (one, other) => one.differences(other, query, signal));
  valuesBeside: AskedExplanations["valuesBeside"] = (right, query, signal) =>
    this.#beside(right, (one, other) => one.valuesBeside(other, query, signal));

  #beside<T>(
    right: AskedExplanations,
    ask: (one: AskedExplanations, other: AskedExplanations) => Promise<T>,
  ): Promise<T> {
    if (!(right instanceof LakeExplanations))
      throw new TypeError("Runs that are compared come from one store.");
    return this.places.files((one) => right.places.files((other) => ask(one.explain, other.explain)));
  }
}
