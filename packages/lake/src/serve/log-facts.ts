import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE, SUMMARY_FILE, TAPE_FILE } from "@llm-sim/events/run";
import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";
import { type LogFacts, ToldTroubles } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { ENDING_BYTES, ENDINGS } from "../tables/index.ts";
import { eventIn } from "./page.ts";
import { isSameRun, OF_RUN, RunChanged, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

/** What a run's log and tape come to. */
export interface ToldLog {
  facts: LogFacts;
  /** How its active segment ends: its last line, behind the ending of the one before. */
  end: Buffer;
  hasTape: boolean;
}

const countRows = z.array(z.object({ event_type: z.enum(EVENT_TYPES), events: z.number() }));
const restRows = z.array(
  z.object({
    segment_files: z.array(z.string()),
    segment_places: z.array(z.int()),
    messages: z.number(),
    agents: z.number(),
    ending: z.enum(ENDINGS),
  }),
);

const LF = Buffer.from("\n");

/** What is read of a run beside its log. */
export const TOLD_BESIDE = [MANIFEST_FILE, SUMMARY_FILE];

/** Puts beside those what is read of the log and the tape: how the one ends, and whether there is the other. */
export async function writeTold(directory: string, { end, hasTape }: ToldLog): Promise<void> {
  await writeFile(join(directory, ACTIVE_SEGMENT_FILE), end);
  if (hasTape) await writeFile(join(directory, TAPE_FILE), "");
}

/** Counts what a list and the details of a run tell of its log. Throws RunChanged. */
export async function toldLog(lake: Lake, run: WholeRun): Promise<ToldLog> {
  const ends = run.ends.toSorted((one, other) => one.place - other.place);
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined)
    throw new Error(`run ${run.id}: it is whole and has no events.`);
  const parameters = { run: run.id, edition: run.edition, last: last.place };
  const [counts, rest] = await Promise.all([
    lake.select(`SELECT event_type, count() AS events FROM events WHERE ${OF_RUN} GROUP BY event_type`, {
      parameters,
    }),
    lake.select(
      `SELECT segment_files, segment_places,
(SELECT count() FROM messages WHERE ${OF_RUN}) AS messages,
(SELECT uniqExact(agent_id) FROM events WHERE ${OF_RUN} AND agent_id != '') AS agents,
(SELECT any(ending) FROM events WHERE ${OF_RUN} AND place = {last:UInt64}) AS ending
FROM runs WHERE run = {run:String} ORDER BY version DESC LIMIT 1`,
      { parameters },
    ),
  ]);
  if (!(await isSameRun(lake, run))) throw new RunChanged();
  const by_type: Record<EventType, number> = {
    MILESTONE: 0,
    DECISION: 0,
    ACTION: 0,
    STATE: 0,
    DETAIL: 0,
    SYSTEM: 0,
  };
  let event_count = 0;
  for (const { event_type, events } of countRows.parse(counts)) {
    by_type[event_type] = events;
    event_count += events;
  }
  const [told] = restRows.parse(rest);
  if (told === undefined) throw new RunChanged();
  const { segment_files: files, segment_places: places, messages, agents, ending } = told;
  const line = Buffer.concat([last.line, ENDING_BYTES[ending]]);
  const events = ends.map((end) => eventIn(run.id, end.line));
  const start = files.at(-1) === ACTIVE_SEGMENT_FILE ? (places.at(-1) ?? 0) : Number.POSITIVE_INFINITY;
  return {
    facts: {
      event_count,
      by_type,
      agents,
      turns: Math.max(...events.map((event) => event.turn_number)),
      skipped_lines: 0,
      first_timestamp: events[0]?.timestamp,
      last_timestamp: events.at(-1)?.timestamp,
      // Asked of a run without a run.json alone, and none of those is whole.
      has_ended: false,
      bytes: last.place + line.length,
      segments: files.length,
    },
    end:
      last.place < start ? Buffer.alloc(0) : Buffer.concat([last.place > start ? LF : Buffer.alloc(0), line]),
    hasTape: messages > 0,
  };
}

/** What went wrong, as its log tells it. Throws RunChanged. */
export async function troublesOf(lake: Lake, run: WholeRun): Promise<ReturnType<ToldTroubles["list"]>> {
  const told = new ToldTroubles();
  await rowsOf(
    lake,
    run,
    "line",
    `FROM events WHERE ${OF_RUN} AND event_type = 'SYSTEM' AND multiSearchAny(line, {troubles:Array(String)}) ORDER BY place`,
    async (row) => told.add(eventIn(run.id, await row.bytes())),
    { parameters: { troubles: ['"status":"warning"', '"status":"failure"'] } },
  );
  return told.list();
}
