import { EVENT_TYPES } from "@llm-sim/events/schema";
import * as z from "zod";

const count = z.number();
const optionalText = z.string().optional();

export const logFactsSchema = z.object({
  event_count: count,
  by_type: z.record(z.enum(EVENT_TYPES), count),
  agents: count,
  turns: count,
  skipped_lines: count,
  first_timestamp: optionalText,
  last_timestamp: optionalText,
  /** The last milestone is the run's end. */
  has_ended: z.boolean(),
  /** Size of the log's files. */
  bytes: count,
  segments: count,
});

/** What a run's summary takes from its log. */
export type LogFacts = z.infer<typeof logFactsSchema>;

const memberSchema = z.object({ fileOffset: count, fileBytes: count, textOffset: count, textBytes: count });

const segmentSchema = z.object({
  file: z.string(),
  inode: count,
  size: count,
  modified: count,
  changed: count,
  firstId: optionalText,
  firstTime: count.optional(),
  isDone: z.boolean(),
  taken: count,
  line: count,
  isOpen: z.boolean(),
  checksum: count.optional(),
  members: z.array(memberSchema).optional(),
});
export type SavedSegment = z.infer<typeof segmentSchema>;

const moment = z.tuple([count, count]);
const partSchema = z.object({
  bytes: count,
  checksum: count,
  first: count,
  rows: count,
  lowestId: z.string(),
  highestId: z.string(),
  idsAscend: z.boolean(),
  firstTime: moment,
  lastTime: moment,
  timesAscend: z.boolean(),
  firstTurn: count,
  lastTurn: count,
  lowestTurn: count,
  highestTurn: count,
  turnsAscend: z.boolean(),
});
/** A part's summary, and by what its file is known. */
export type SavedPart = z.infer<typeof partSchema>;

/** What is kept of an index besides its parts' arrays. */
export const headerSchema = z.object({
  facts: logFactsSchema,
  index: z.object({
    agents: z.array(z.string()),
    silentAgents: z.array(count),
    variables: z.array(z.string()),
    states: z.array(z.object({ agent: count, variable: count })),
    missing: z.array(z.tuple([z.string(), z.array(count), count.nullable()])),
    skipped: z.object({
      count,
      first: z.array(z.object({ file: z.string(), line: count, offset: count, reason: z.string() })),
      stretches: z.string(),
    }),
  }),
  parts: z.array(partSchema),
  segments: z.array(segmentSchema),
});
export type Header = z.infer<typeof headerSchema>;
