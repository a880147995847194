import type { ParsedCriteria } from "@llm-sim/store";
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

/** A run in a lake, asked of its tables where these say all, and of its files otherwise. */
export class AskedLake implements AskedRun {
  readonly explain: AskedExplanations;
  readonly #lake: Lake;
  readonly #whole: WholeRun | undefined;
  readonly #files: AskFiles;

  /** @param whole where the tables say all that there is */
  constructor(lake: Lake, whole: WholeRun | undefined, files: AskFiles) {
    this.#lake = lake;
    this.#whole = whole;
    this.#files = files;
    this.explain = new LakeExplanations(lake, whole, files);
  }

  query: AskedRun["query"] = async (filter, signal) => {
    requireSpans(filter);
    const whole = this.#askedOfTables(filter);
    const page = whole && (isOfText(filter) ? textPageOf : pageOf)(this.#lake, whole, filter, signal);
    return (await page) ?? this.#files((asked) => asked.query(filter, signal));
  };

  timeline: AskedRun["timeline"] = async (query, signal) => {
    requireSpans(query);
    const whole = this.#askedOfTables(query);
    const timeline =
      whole && (isOfText(query) ? textTimelineOf : timelineOf)(this.#lake, whole, query, signal);
    return (await timeline) ?? this.#files((asked) => asked.timeline(query, signal));
  };

  eventLine: AskedRun["eventLine"] = (eventId) =>
    this.#whole === undefined
      ? this.#files((asked) => asked.eventLine(eventId))
      : lineOf(this.#lake, this.#whole, eventId);

  event: AskedRun["event"] = async (eventId) =>
    this.#whole === undefined
      ? this.#files((asked) => asked.event(eventId))
      : eventIn(this.#whole.id, await lineOf(this.#lake, this.#whole, eventId));

  causality: AskedRun["causality"] = async (...asked) =>
    (this.#whole && (await causalityOf(this.#lake, this.#whole, ...asked))) ??
    this.#files((files) => files.causality(...asked));

  search: AskedRun["search"] = async (criteria, options) => {
    requireSpans(criteria);
    const whole = this.#askedOfTables(criteria);
    const found = whole && isOfText(criteria) && searchIn(this.#lake, whole, criteria, options);
    return (found && (await found)) || this.#files((files) => files.search(criteria, options));
  };

  #askedOfTables(criteria: ParsedCriteria): WholeRun | undefined {
    return this.#whole !== undefined && isAskedOfTables(this.#whole, criteria) ? this.#whole : undefined;
  }

  callCount: AskedRun["callCount"] = async () =>
    (this.#whole && (await callCountOf(this.#lake, this.#whole))) ??
    this.#files((files) => files.callCount());

  calls: AskedRun["calls"] = async (...asked) =>
    (this.#whole && (await callsOf(this.#lake, this.#whole, ...asked))) ??
    this.#files((files) => files.calls(...asked));

  call: AskedRun["call"] = async (...asked) =>
    (this.#whole && (await callOf(this.#lake, this.#whole, ...asked))) ??
    this.#files((files) => files.call(...asked));

  variables: AskedRun["variables"] = async (...asked) =>
    (this.#whole && (await variablesOf(this.#lake, this.#whole, ...asked))) ??
    this.#files((files) => files.variables(...asked));

  phases: AskedRun["phases"] = async (...asked) =>
    (this.#whole && (await phasesOf(this.#lake, this.#whole, ...asked))) ??
    this.#files((files) => files.phases(...asked));

  completeness: AskedRun["completeness"] = (...asked) =>
    this.#whole === undefined
      ? this.#files((files) => files.completeness(...asked))
      : completenessOf(this.#lake, this.#whole, ...asked);

  lastEvents: AskedRun["lastEvents"] = (count) =>
    this.#whole === undefined
      ? this.#files((files) => files.lastEvents(count))
      : lastEventsOf(this.#lake, this.#whole, count);

  skippedLines: AskedRun["skippedLines"] = async () => {
    if (this.#whole === undefined) return this.#files((files) => files.skippedLines());
    await requireSameRun(this.#lake, this.#whole);
    return { count: 0, lines: [] };
  };
}

class LakeExplanations implements AskedExplanations {
  readonly files: AskFiles;
  readonly #lake: Lake;
  readonly #whole: WholeRun | undefined;

  constructor(lake: Lake, whole: WholeRun | undefined, files: AskFiles) {
    this.#lake = lake;
    this.#whole = whole;
    this.files = files;
  }

  effects: AskedExplanations["effects"] = async (query, signal) =>
    (this.#whole && (await effectsOf(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.effects(query, signal));

  why: AskedExplanations["why"] = async (query, signal) =>
    (this.#whole && (await whyOf(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.why(query, signal));

  state: AskedExplanations["state"] = async (query, signal) =>
    (this.#whole && (await stateOf(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.state(query, signal));

  turnEnds: AskedExplanations["turnEnds"] = async () =>
    (this.#whole && (await turnEndsOf(this.#lake, this.#whole))) ??
    this.files(({ explain }) => explain.turnEnds());

  history: AskedExplanations["history"] = async (query, signal) =>
    (this.#whole && (await historyOf(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.history(query, signal));

  widest: AskedExplanations["widest"] = (...asked) => this.files(({ explain }) => explain.widest(...asked));
  valuesByTurn: AskedExplanations["valuesByTurn"] = async (query, signal) =>
    (this.#whole && (await valuesOf(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.valuesByTurn(query, signal));

  interactions: AskedExplanations["interactions"] = async (...asked) =>
    (this.#whole && (await interactionsOf(this.#lake, this.#whole, ...asked))) ??
    this.files(({ explain }) => explain.interactions(...asked));
  find: AskedExplanations["find"] = async (query, signal) =>
    (this.#whole && (await findIn(this.#lake, this.#whole, query, signal))) ??
    this.files(({ explain }) => explain.find(query, signal));

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
    return this.files((one) => right.files((other) => ask(one.explain, other.explain)));
  }
}
