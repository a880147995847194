import { cutText } from "../words/index.ts";
import type { Draft } from "./draft.ts";
import { LABEL_FIELDS, NAME_FIELDS, PAYLOAD_FIELDS, STATE } from "./kinds.ts";
import { toRecordable, toRecordableObject } from "./recordable.ts";

const MAX_NAME_LENGTH = 200;

/** A state's value that is missing is `null`, and said to be altered. */
export function recordAsNull(draft: Draft): void {
  if (draft.kind !== STATE) return;
  if (draft.oldValue === undefined) {
    draft.oldValue = null;
    addLossy(draft, "/old_value");
  }
  if (draft.newValue === undefined) {
    draft.newValue = null;
    addLossy(draft, "/new_value");
  }
}

/** Replaces what JSON cannot carry and names it in `lossy`. */
export function makePlain(draft: Draft): void {
  const lossy: string[] = [];
  const text = (value: string, pointer: string) => {
    if (!value.isWellFormed()) lossy.push(pointer);
    return value.toWellFormed();
  };
  if (draft.payload !== undefined) {
    draft.payload = toRecordableObject(draft.payload, pointerTo(PAYLOAD_FIELDS, draft), lossy);
  }
  if (draft.details !== undefined) draft.details = toRecordableObject(draft.details, "/details", lossy);
  draft.oldValue = toRecordable(draft.oldValue, "/old_value", lossy);
  draft.newValue = toRecordable(draft.newValue, "/new_value", lossy);
  draft.name = text(draft.name, pointerTo(NAME_FIELDS, draft));
  if (draft.label !== undefined) draft.label = text(draft.label, pointerTo(LABEL_FIELDS, draft));
  if (draft.description !== undefined) draft.description = text(draft.description, "/description");
  addLossy(draft, ...lossy);
  recordAsNull(draft);
}

/** A line above the limit is recorded without what makes it long. */
export function leaveOutPayload(draft: Draft): void {
  const lossy: string[] = [];
  if (draft.payload !== undefined) {
    draft.payload = {};
    lossy.push(pointerTo(PAYLOAD_FIELDS, draft));
  }
  if (draft.oldValue !== undefined) {
    draft.oldValue = null;
    lossy.push("/old_value");
  }
  if (draft.newValue !== undefined && !isShort(draft.newValue)) {
    draft.newValue = null;
    lossy.push("/new_value");
  }
  if (draft.details !== undefined) {
    // It is short, and what the change came about by.
    draft.details = ruleOf(draft.details);
    lossy.push("/details");
  }
  if (draft.name.length > MAX_NAME_LENGTH) {
    draft.name = cutText(draft.name, MAX_NAME_LENGTH);
    lossy.push(pointerTo(NAME_FIELDS, draft));
  }
  if (draft.label !== undefined && draft.label.length > MAX_NAME_LENGTH) {
    draft.label = cutText(draft.label, MAX_NAME_LENGTH);
    lossy.push(pointerTo(LABEL_FIELDS, draft));
  }
  if (draft.participants && draft.participants.length > 2) {
    draft.participants = draft.participants.slice(0, 2);
    lossy.push("/participating_agent_ids");
  }
  // Pointers into what is left out now would point at nothing.
  const earlier = (draft.lossy ?? []).filter(
    (pointer) => !lossy.some((field) => pointer.startsWith(`${field}/`)),
  );
  draft.lossy = undefined;
  addLossy(draft, ...earlier, ...lossy);
}

/** Where a long value becomes a short one, the variable is known again. */
function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= MAX_NAME_LENGTH;
  return value === null || typeof value === "number" || typeof value === "boolean";
}

function ruleOf(details: unknown): { rule: string } | undefined {
  if (typeof details !== "object" || details === null || !("rule" in details)) return undefined;
  const { rule } = details;
  return typeof rule === "string" && rule.length <= MAX_NAME_LENGTH ? { rule } : undefined;
}

function addLossy(draft: Draft, ...pointers: string[]): void {
  if (pointers.length > 0) draft.lossy = [...new Set([...(draft.lossy ?? []), ...pointers])];
}

function pointerTo(fields: readonly string[], draft: Draft): string {
  return `/${fields[draft.kind] ?? ""}`;
}
