import { type NotesAnswer, noteAnswerSchema, notes, notesAnswerSchema, writeNote } from "@llm-sim/api";
import { appendNote, isNoteError, MAX_NOTES_BYTES } from "@llm-sim/events/notes";
import { jsonBytes } from "../answers/index.ts";
import { ApiError, invalidArgument } from "../errors/index.ts";
import { MAX_BODY } from "../limits.ts";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { commandSchema, routeSchema } from "./route-schema.ts";
import { writeGuard } from "./write-guard.ts";

export function addNotes(api: Api, { store, forks, memory }: ApiContext): void {
  api.get(notes.path, { schema: routeSchema(notes) }, async (request, reply) => {
    const run = await store.openRun(request.params.id);
    const held = await holdForReply(reply, memory, MAX_NOTES_BYTES);
    if (held === undefined) return undefined;
    const read = await run.notes();
    const answer: NotesAnswer = { simulation_id: run.id, notes: read.notes, skipped_lines: read.badLines };
    // Without the members that others' notes have besides.
    const body = jsonBytes(notesAnswerSchema.parse(answer));
    held.resize(body.length);
    return reply.type("application/json; charset=utf-8").send(Buffer.from(body.buffer));
  });
  api.post(
    writeNote.path,
    {
      schema: commandSchema(writeNote),
      bodyLimit: MAX_BODY,
      onRequest: writeGuard(forks !== undefined, "to write notes"),
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const { event_id, text, turn } = request.body;
      // A note that is taken away may be of an event that a resumed run has set aside.
      const event = event_id === undefined || text === "" ? undefined : await run.event(event_id);
      try {
        const about = turn ?? event?.turn_number;
        const draft = { ...request.body, ...(about !== undefined && { turn: about }) };
        const written = await appendNote(await run.files(), draft);
        return await reply.code(201).send(noteAnswerSchema.parse(written));
      } catch (error) {
        throw refused(error);
      }
    },
  );
}

function refused(error: unknown): unknown {
  if (isNoteError(error)) {
    if (error.code === "NOTE_NOT_FOUND") return new ApiError("NOTE_NOT_FOUND", error.message);
    if (error.code === "NOTE_INVALID") return invalidArgument("body", error.message);
    return new ApiError("NOTES_NOT_WRITABLE", error.message);
  }
  const isSystems = error instanceof Error && "syscall" in error;
  return isSystems
    ? new ApiError("NOTES_NOT_WRITABLE", `The note cannot be written: ${error.message}.`)
    : error;
}
