import { cutText } from "./description.ts";
import type { Draft } from "./draft.ts";
import { LABEL_FIELDS, NAME_FIELDS, PAYLOAD_FIELDS } from "./kinds.ts";
import { toRecordable } from "./recordable.ts";

// Past this many altered places the list says no more than the payload's own pointer does.
const MAX_POINTERS = 1000;
const MAX_NAME_LENGTH = 200;

/** A value that is missing where one must be is `null`, and said to be altered. */
export function recordAsNull(draft: Draft): void {
  draft.lossy ??= [];
  if (draft.oldValue === undefined) {
    draft.oldValue = null;
    draft.lossy.push("/old_value");
  }
  if (draft.newValue === undefined) {
    draft.newValue = null;
    draft.lossy.push("/new_value");
  }
}

/** Replaces what JSON cannot carry and names it in `lossy`. */
export function makePlain(draft: Draft): void {
  const lossy: string[] = draft.lossy ?? [];
  const plain = (value: unknown, pointer: string) => {
    const altered: string[] = [];
    const copy = toRecordable(value, pointer, altered);
    lossy.push(...(altered.length > MAX_POINTERS ? [pointer] : altered));
    return copy;
  };
  const text = (value: string, pointer: string) => {
    if (!value.isWellFormed()) lossy.push(pointer);
    return value.toWellFormed();
  };
  draft.payload = plain(draft.payload, pointerTo(PAYLOAD_FIELDS, draft));
  draft.oldValue = plain(draft.oldValue, "/old_value");
  draft.newValue = plain(draft.newValue, "/new_value");
  draft.details = plain(draft.details, "/details");
  draft.name = text(draft.name, pointerTo(NAME_FIELDS, draft));
  if (draft.label !== undefined) draft.label = text(draft.label, pointerTo(LABEL_FIELDS, draft));
  if (draft.description !== undefined) draft.description = text(draft.description, "/description");
  if (lossy.length > 0) draft.lossy = lossy;
}

/** A line above the limit is recorded without what makes it long. */
export function leaveOutPayload(draft: Draft): void {
  const lossy: string[] = [];
  const isLong = (text: string | undefined) => text !== undefined && text.length > MAX_NAME_LENGTH;
  if (draft.payload !== undefined) {
    draft.payload = {};
    lossy.push(pointerTo(PAYLOAD_FIELDS, draft));
  }
  if (draft.oldValue !== undefined) {
    draft.oldValue = null;
    lossy.push("/old_value");
  }
  if (draft.newValue !== undefined) {
    draft.newValue = null;
    lossy.push("/new_value");
  }
  if (draft.details !== undefined) {
    draft.details = undefined;
    lossy.push("/details");
  }
  if (isLong(draft.name)) {
    draft.name = cutText(draft.name, MAX_NAME_LENGTH);
    lossy.push(pointerTo(NAME_FIELDS, draft));
  }
  if (draft.label !== undefined && isLong(draft.label)) {
    draft.label = cutText(draft.label, MAX_NAME_LENGTH);
    lossy.push(pointerTo(LABEL_FIELDS, draft));
  }
  if (draft.participants && draft.participants.length > 2) {
    draft.participants = draft.participants.slice(0, 2);
    lossy.push("/participating_agent_ids");
  }
  draft.lossy = lossy;
}

function pointerTo(fields: readonly string[], draft: Draft): string {
  return `/${fields[draft.kind] ?? ""}`;
}
