import type { ConfigSource } from "@llm-sim/simulation";
import { KnownFields } from "./known-fields.ts";
import type { Mapping } from "./mapping.ts";
import { matcher } from "./match.ts";
import { asText, brief, fieldPath, parseRecord, Unusable } from "./record.ts";
import { type RawRecord, recordsOf } from "./records-file.ts";
import { Rejects } from "./rejects.ts";
import { type OrderKey, RunRecords } from "./run-records.ts";
import { momentOf } from "./time.ts";
import { Translator } from "./translate.ts";
import { turnReader } from "./turns.ts";

/** Where one does not decide, the other does, and then the place in the file. */
const KEYS: Record<Mapping["order"], (time: number, turn: number) => OrderKey> = {
  time: (time, turn) => [time, turn],
  turn: (time, turn) => [turn, time],
  file: () => [0, 0],
};

/** A file's records by the run they belong to. */
export interface Scan {
  /** By what the source calls the run; `""` where it is one. */
  runs: Map<string, RunRecords>;
  records: number;
  /** Left out by a rule that says so. */
  skipped: number;
  rejects: Rejects;
  /** Rules of the mapping, from 0, that took nothing. */
  unused: number[];
}

/**
 * Goes through a file once: which records are usable, when they happened, and in which run. Nothing is written before that is
 * known.
 *
 * @throws ConfigError where the mapping names what no record has
 */
export async function scan(
  path: string,
  shown: string,
  mapping: Mapping,
  source: ConfigSource,
): Promise<Scan> {
  const runs = new Map<string, RunRecords>();
  const rejects = new Rejects();
  const known = new KnownFields(mapping);
  const translator = new Translator(mapping);
  const runField = mapping.run.field === undefined ? undefined : fieldPath(mapping.run.field);
  const timeField = fieldPath(mapping.time.field);
  const turnOf = turnReader(mapping);
  const marks = mapping.turn?.marker === undefined ? undefined : matcher(mapping.turn.marker);
  let records = 0;
  let skipped = 0;

  const take = ({ bytes, offset, length, line, damage }: RawRecord): void => {
    records++;
    if (damage !== undefined) throw new Unusable(damage);
    const record = parseRecord(bytes);
    const rule = translator.ruleOf(record);
    known.see(record, rule);
    const isMarker = marks?.(record) ?? false;
    if (rule === undefined && !isMarker)
      throw new Unusable(
        "no rule of the mapping's events takes it; one with skip: true leaves such records out",
      );
    const isSkipped = rule === undefined || translator.isSkipped(rule);
    if (isSkipped) skipped++;
    if (isSkipped && !isMarker) return;
    const run = runField === undefined ? "" : asText(runField.of(record));
    if (run === undefined || (run === "" && runField !== undefined))
      throw new Unusable(`${runField?.text} is ${brief(runField?.of(record))}: expected the name of a run`);
    const { time } = momentOf(timeField.of(record), mapping.time);
    const turn = turnOf?.(record).turn ?? 0;
    if (!isSkipped) translator.translate(record, rule);
    let found = runs.get(run);
    if (found === undefined) {
      found = new RunRecords();
      runs.set(run, found);
    }
    found.add({ offset, length, line }, KEYS[mapping.order](time, turn));
  };

  for await (const raw of recordsOf(path, shown)) {
    try {
      take(raw);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      rejects.add(raw.line, error.message);
    }
  }
  known.check(source);
  return { runs, records, skipped, rejects, unused: known.unused };
}
