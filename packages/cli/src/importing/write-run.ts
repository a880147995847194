import {
  type EventHandle,
  type EventStream,
  isInvalidEventError,
  manualClock,
  openEventStream,
  type TurnScope,
} from "@llm-sim/events";
import type { Provenance } from "@llm-sim/events/run";
import { failed } from "../failure/index.ts";
import { emitRecord } from "./emit-record.ts";
import { LastValues } from "./last-values.ts";
import type { Mapping } from "./mapping.ts";
import { asText, fieldPath, type JsonRecord, parseRecord, Unusable } from "./record.ts";
import type { RecordReader } from "./records-file.ts";
import type { Rejects } from "./rejects.ts";
import type { RunRecords } from "./run-records.ts";
import { momentOf } from "./time.ts";
import { Translator } from "./translate.ts";
import { TurnCounter } from "./turns.ts";

export interface RunToWrite {
  simulationId: string;
  outputDir: string;
  /** The file's name. */
  source: string;
  provenance: Provenance;
  records: RunRecords;
}

/** What became of a run's records. */
export interface WrittenRun {
  directory: string;
  events: number;
  turns: number;
  agents: number;
  /** Records that stood before earlier ones. */
  reordered: number;
  /** Events whose time is before that of an event before them, and which have its time instead. */
  held_back: number;
  /** Events that name a turn which had passed. */
  late: number;
  /** Causes that records name, and no record before them has. */
  unknown_causes: number;
  /** Old values that are not the value before. */
  contradictions: number;
}

/** A part of the queue: what an event adds to its record fits beside. */
const FLUSH_BYTES = 8 * 1024 * 1024;

/** Writes one run by the product's own writer, each event at the time it has in the source. */
export async function writeRun(
  run: RunToWrite,
  mapping: Mapping,
  reader: RecordReader,
  rejects: Rejects,
): Promise<WrittenRun> {
  const importer = new RunImporter(mapping);
  let stream: EventStream | undefined;
  const clock = manualClock(0);
  const open = (time: number) => {
    clock.set(time);
    const { simulationId, outputDir, provenance, source } = run;
    return openEventStream({
      simulationId,
      outputDir,
      provenance,
      clock,
      verbosity: "DETAIL",
      scopes: "explicit",
      strict: true,
      start: { description: `${provenance.name} began; imported from ${source}` },
    });
  };
  try {
    let unflushed = 0;
    for (const { offset, length, line } of run.records.inOrder()) {
      unflushed += length;
      if (unflushed > FLUSH_BYTES) {
        // Not by waiting in emit: a full disk would be waited for without end.
        await stream?.flush();
        unflushed = 0;
      }
      try {
        const record = parseRecord(reader.read(offset, length));
        const { time, isWhole } = momentOf(importer.time.of(record), mapping.time);
        stream ??= await open(time);
        importer.record(stream, record, { time, isWhole, set: (moment) => clock.set(moment) });
      } catch (error) {
        if (!(error instanceof Unusable) && !isInvalidEventError(error)) throw error;
        rejects.add(line, error.message);
      }
    }
    stream ??= await open(0);
    const { counts } = importer;
    const rejections =
      rejects.count === 0 ? {} : { rejected: rejects.count, rejects: rejects.first.slice(0, 20) };
    if (rejects.count > 0) {
      stream.system("warning", {
        error_type: "import_rejected",
        description: `${rejects.count} lines of the source could not be imported; the first is line ${rejects.first[0]?.line}`,
        details: rejections,
      });
    }
    const given = Object.entries(counts).filter(([, count]) => count > 0);
    await stream.close({ details: { ...Object.fromEntries(given), ...rejections } });
    const { written, dropped, last_error } = stream.stats();
    const directory = stream.directory ?? "";
    if (dropped > 0)
      throw failed(
        `${dropped} events could not be written to ${directory} (${last_error ?? "the disk took no more"}): make room there, remove that run and import again.`,
      );
    return {
      directory,
      events: written,
      turns: stream.turnNumber,
      agents: importer.agents.size,
      reordered: run.records.moved,
      ...counts,
    };
  } catch (error) {
    await stream?.close({ status: "failed" });
    throw error;
  }
}

interface When {
  time: number;
  isWhole: boolean;
  set: (time: number) => void;
}

/** Goes through the records of one run in order. */
class RunImporter {
  readonly time: ReturnType<typeof fieldPath>;
  readonly agents = new Set<string>();
  readonly #mapping: Mapping;
  readonly #translator: Translator;
  readonly #turns: TurnCounter;
  readonly #values: LastValues;
  readonly #id: ReturnType<typeof fieldPath> | undefined;
  readonly #by: ReturnType<typeof fieldPath> | undefined;
  /** By the ids that the source gives its records. */
  readonly #handles = new Map<string, EventHandle>();
  readonly #lastDecisions = new Map<string, EventHandle>();
  #openTurn: TurnScope | undefined;
  #now = 0;
  #heldBack = 0;
  #late = 0;
  #unknownCauses = 0;

  constructor(mapping: Mapping) {
    const { id, by } = mapping.causes;
    this.#mapping = mapping;
    this.#translator = new Translator(mapping);
    this.#turns = new TurnCounter(mapping);
    this.#values = new LastValues(mapping);
    this.time = fieldPath(mapping.time.field);
    this.#id = id === undefined ? undefined : fieldPath(id);
    this.#by = by === undefined ? undefined : fieldPath(by);
  }

  get counts() {
    return {
      held_back: this.#heldBack,
      late: this.#late,
      unknown_causes: this.#unknownCauses,
      contradictions: this.#values.contradictions,
    };
  }

  record(stream: EventStream, record: JsonRecord, { time, isWhole, set }: When): void {
    const { turn, label, said } = this.#turns.next(record, time);
    if (turn > stream.turnNumber) {
      // The turn before ended with its last event, not when the next one's first happened.
      const given =
        label === undefined
          ? {}
          : { description: `Turn ${turn} started: ${label}`, details: { source_turn: label } };
      this.#openTurn?.end();
      set(Math.max(this.#now, time));
      this.#openTurn = stream.startTurn(turn, given);
    }
    const extra: Record<string, unknown> = {};
    if (said !== undefined) {
      this.#late++;
      extra.source_turn = said;
    }
    if (time < this.#now) this.#heldBack++;
    if (time < this.#now || !isWhole) extra.source_time = this.time.of(record);
    this.#now = Math.max(this.#now, time);
    set(this.#now);
    const rule = this.#translator.ruleOf(record);
    if (rule === undefined || this.#translator.isSkipped(rule)) return;
    const translated = this.#translator.translate(record, rule);
    const kept = { ...translated.rest, ...extra };
    const details = Object.keys(kept).length > 0 ? kept : undefined;
    const agent = asText(translated.fields.agent_id);
    const causes = this.#causesOf(record, translated.kind === "DECISION" ? undefined : agent);
    const handle =
      causes.length > 0
        ? stream.because(causes, (scope) => emitRecord(scope, translated, details, this.#values))
        : emitRecord(stream, translated, details, this.#values);
    if (agent !== undefined) this.agents.add(agent);
    if (handle === undefined) return;
    if (agent !== undefined && translated.kind === "DECISION") this.#lastDecisions.set(agent, handle);
    const id = this.#id === undefined ? undefined : asText(this.#id.of(record));
    if (id !== undefined && !this.#handles.has(id)) this.#handles.set(id, handle);
  }

  /** None where the open turn is the cause. */
  #causesOf(record: JsonRecord, agent: string | undefined): EventHandle[] {
    const named = this.#by?.of(record);
    const ids = (Array.isArray(named) ? named : [named]).flatMap((id: unknown) => asText(id) ?? []);
    const handles = ids.flatMap((id) => this.#handles.get(id) ?? []);
    this.#unknownCauses += ids.length - handles.length;
    if (handles.length > 0 || this.#mapping.causes.otherwise === "turn" || agent === undefined)
      return handles;
    const decision = this.#lastDecisions.get(agent);
    return decision === undefined ? [] : [decision];
  }
}
