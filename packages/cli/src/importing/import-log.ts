import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { buildOf, writtenBy } from "@llm-sim/events/run";
import { simulationIdSchema } from "@llm-sim/events/schema";
import { failed, wrongCall } from "../failure/index.ts";
import { mappingSchema } from "./mapping.ts";
import { hashOf, RecordReader } from "./records-file.ts";
import { type Reject, Rejects } from "./rejects.ts";
import type { RunRecords } from "./run-records.ts";
import { scan } from "./scan.ts";
import { type WrittenRun, writeRun } from "./write-run.ts";

export interface ImportOptions {
  cwd: string;
  /** The log of another program, and the mapping, as the user names them. */
  file: string;
  map: string;
  output: string;
  /** The run's id, where it is one. */
  id?: string | undefined;
}

export interface ImportedRun extends WrittenRun {
  id: string;
  /** What the source calls the run. */
  name: string;
  records: number;
}

export interface Imported {
  runs: ImportedRun[];
  /** Records of the file. */
  records: number;
  skipped: number;
  rejected: number;
  /** The first of them. */
  rejects: readonly Reject[];
  /** Rules of the mapping, from 0, that took no record. */
  unused_rules: number[];
}

/**
 * Brings the log of another program in, as runs by the product's own writer: with the times, names, turns and causes that the
 * mapping finds in it. Nothing is written before the whole file and the mapping were looked at.
 *
 * @throws ConfigError where the mapping is wrong; CliError where the call is, or where no record could be used
 */
export async function importLog({ cwd, file, map, output, id }: ImportOptions): Promise<Imported> {
  // Loaded here: it takes longer than most commands.
  const { readYamlFile, nameSlug } = await import("@llm-sim/simulation");
  const { value: mapping, source } = await readYamlFile(map, mappingSchema, {
    called: "mapping",
    path: resolve(cwd, map),
  });
  if (id !== undefined && mapping.run.field !== undefined)
    throw wrongCall(
      "--id names one run, but the mapping makes one for each value of run.field: leave --id out.",
    );
  const path = resolve(cwd, file);
  const found = await scan(path, file, mapping, source);
  const { records, skipped, rejects, unused } = found;
  if (found.runs.size === 0) throw failed(nothingText(file, records, skipped, rejects));
  const outputDir = resolve(cwd, output);
  const single = id ?? mapping.run.id ?? nameSlug(basename(file).replace(/\.\w+$/, ""));
  const runs = withIds([...found.runs], single, nameSlug);
  for (const { runId } of runs) {
    if (!simulationIdSchema.safeParse(runId).success)
      throw wrongCall(
        `${JSON.stringify(runId)} is no run id: use 1-128 letters, digits, ".", "_" or "-", the first a letter or digit.`,
      );
    if (existsSync(join(outputDir, runId)))
      throw wrongCall(
        `There is a run ${runId} in ${output} already: choose another --output${mapping.run.field === undefined ? " or --id" : ""}, or remove it.`,
      );
  }
  const origin = { file: basename(file), bytes: statSync(path).size, sha256: await hashOf(path) };
  const reader = new RecordReader(path);
  const late = new Rejects();
  const written: ImportedRun[] = [];
  try {
    for (const { name, runId, records: ofRun } of runs) {
      // Lines that belong to no run are told of in each: any of them may have been one of its.
      const ownRejects = rejects.copy();
      const provenance = {
        name: mapping.run.name ?? (name || single),
        ...writtenBy(buildOf(import.meta.url)),
        import: {
          ...origin,
          run: name || undefined,
          records: ofRun.count,
          skipped,
          reordered: ofRun.moved,
          mapping: source.value,
        },
      };
      const run = { simulationId: runId, outputDir, source: origin.file, provenance, records: ofRun };
      const outcome = await writeRun(run, mapping, reader, ownRejects);
      late.addAll(ownRejects, rejects.count);
      written.push({ id: runId, name: provenance.name, records: ofRun.count, ...outcome });
    }
  } finally {
    reader.close();
  }
  const all = rejects.copy();
  all.addAll(late, 0);
  return { runs: written, records, skipped, rejected: all.count, rejects: all.first, unused_rules: unused };
}

function nothingText(file: string, records: number, skipped: number, { first, count }: Rejects): string {
  if (records === 0) return `There is no record in ${file}: expected JSON Lines, or a JSON array.`;
  const [reject] = first;
  if (reject === undefined)
    return `Nothing of ${file} is imported: all of its ${records} records are left out (${skipped}).`;
  const what =
    count === records && reject.reason.startsWith("no JSON")
      ? "; expected JSON Lines, or one JSON array"
      : "";
  return `Nothing of ${file} can be imported: ${count} of ${records} records are no events; line ${reject.line}: ${reject.reason}${what}.`;
}

interface RunWithId {
  /** As the source calls it; empty where it is one run. */
  name: string;
  runId: string;
  records: RunRecords;
}

function withIds(
  runs: readonly (readonly [name: string, records: RunRecords])[],
  single: string,
  nameSlug: (name: string) => string,
): RunWithId[] {
  const slugs = runs.map(([name]) => (name === "" ? single : nameSlug(name)));
  return runs.map(([name, records], at) => {
    const slug = slugs[at] ?? single;
    // Names that differ only in what an id cannot hold.
    const isTaken = slugs.filter((other) => other === slug).length > 1;
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 4);
    return { name, runId: isTaken ? `${slug}-${hash}` : slug, records };
  });
}
