import * as z from "zod";
import { eventIdSchema, turnNumberSchema } from "./envelope.ts";
import { timestampSchema } from "./timestamp.ts";

/** Characters. */
export const MAX_NOTE_TEXT = 16_384;
/** Characters. */
export const MAX_NOTE_ID = 128;

/** A line of `notes.jsonl`: what a person wrote about a run, or about an event or a turn of it. */
export const noteSchema = z.looseObject({
  note_id: z
    .string()
    .min(1)
    .max(MAX_NOTE_ID)
    .meta({ description: "a later line of the same note_id replaces the note" }),
  event_id: eventIdSchema.optional().meta({ description: "the event it is about; absent where it is none" }),
  turn: turnNumberSchema
    .optional()
    .meta({ description: "the turn it is about, an event's its own; absent where it is about the run" }),
  author: z.string().min(1).max(200).optional().meta({ description: "absent where nobody says so" }),
  text: z.string().max(MAX_NOTE_TEXT),
  time: timestampSchema.meta({ description: "when it was written" }),
});
export type Note = z.infer<typeof noteSchema>;
