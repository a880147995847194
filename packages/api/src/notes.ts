import {
  eventIdSchema,
  MAX_NOTE_ID,
  MAX_NOTE_TEXT,
  noteSchema,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineCommand, defineEndpoint } from "./endpoint.ts";
import { count, noQuery, runParts } from "./fields.ts";

export const notesAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  notes: z
    .array(z.object(noteSchema.shape))
    .meta({ description: "in the order in which they were first written, each as it was written last" }),
  skipped_lines: count.meta({ description: "lines of notes.jsonl that are no notes" }),
});
export type NotesAnswer = z.infer<typeof notesAnswerSchema>;

export const notes = defineEndpoint({
  path: "/simulations/:id/notes",
  operationId: "listNotes",
  summary: "What people wrote about the run, its events and its turns",
  description: "They stand in notes.jsonl beside the log, and are no part of it.",
  tag: "notes",
  parts: runParts,
  query: noQuery,
  answer: notesAnswerSchema,
  answers: "The notes.",
  errors: ["SIMULATION_NOT_FOUND"],
});

export const noteRequestSchema = z.strictObject({
  note_id: z
    .string()
    .min(1)
    .max(MAX_NOTE_ID)
    .optional()
    .meta({ description: "the note that it replaces; absent: a new one. What is left out stays as it was" }),
  event_id: eventIdSchema.optional().meta({ description: "the event it is about; absent: none" }),
  turn: turnNumberSchema
    .optional()
    .meta({ description: "the turn it is about; absent: the event's, or the run as a whole" }),
  author: z.string().min(1).max(200).optional().meta({ description: "absent: nobody says so" }),
  text: z.string().max(MAX_NOTE_TEXT).meta({ description: "empty takes the note away" }),
});
export type NoteRequest = z.infer<typeof noteRequestSchema>;

export const noteAnswerSchema = z.object(noteSchema.shape);
export type Note = z.infer<typeof noteAnswerSchema>;

export const writeNote = defineCommand({
  path: "/simulations/:id/notes",
  operationId: "writeNote",
  summary: "Write, change or take away a note",
  description:
    "Only of a server that was started with --allow-write, with its token, from its own origin. It is one more line of notes.jsonl.",
  tag: "notes",
  parts: runParts,
  body: noteRequestSchema,
  answer: noteAnswerSchema,
  answers: "The note as it was written.",
  status: 201,
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND", "NOTE_NOT_FOUND", "NOTES_NOT_WRITABLE"],
});
