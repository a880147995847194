import { cutText, valueLabel } from "../words/index.ts";
import type { Draft } from "./draft.ts";
import { ACTION, DECISION, DETAIL, MILESTONE, STATE, SYSTEM } from "./kinds.ts";
import type { LineEncoder } from "./line-encoder.ts";

// Names and values are cut so that the whole stays below the 500 characters a description may have.
const MAX_NAME = 90;
const MAX_VALUE = 60;

const ARROW = Buffer.from(" → ");
const ELLIPSIS = Buffer.from("…");
const COLON = Buffer.from(": ");
const DOT = Buffer.from(".");
const EQUALS = Buffer.from(" = ");
const REMOVED = Buffer.from(" removed, was ");
const WITH = Buffer.from(" with ");
const AND = Buffer.from(" and ");
const MORE = Buffer.from(" more");
const ABOUT = Buffer.from(" about ");
const TURN = Buffer.from("Turn ");

const MILESTONE_WORDS: Record<string, Uint8Array> = {
  simulation_start: Buffer.from("Simulation started"),
  simulation_end: Buffer.from("Simulation ended"),
  turn_start: Buffer.from(" started"),
  turn_end: Buffer.from(" ended"),
};
const PHASE = Buffer.from("Phase: ");

/**
 * Writes what a person reads where the caller gave no description, as the inside of a JSON string: the same that `describe` of
 * `words/` makes of the event, here as bytes since it is part of what every event costs.
 */
export function writeDescription(encoder: LineEncoder, draft: Draft, turn: number): void {
  switch (draft.kind) {
    case STATE:
      if (draft.agentId !== undefined) {
        encoder.text(draft.agentId);
        encoder.bytes(DOT);
      }
      name(encoder, draft.name);
      if (draft.label === "removed") {
        encoder.bytes(REMOVED);
        brief(encoder, draft.oldValue);
      } else if (draft.label === "added") {
        encoder.bytes(EQUALS);
        brief(encoder, draft.newValue);
      } else {
        encoder.bytes(COLON);
        brief(encoder, draft.oldValue);
        encoder.bytes(ARROW);
        brief(encoder, draft.newValue);
      }
      break;
    case DECISION:
      subject(encoder, draft);
      if (draft.newValue !== undefined) {
        encoder.bytes(COLON);
        if (draft.oldValue !== undefined) {
          brief(encoder, draft.oldValue);
          encoder.bytes(ARROW);
        }
        brief(encoder, draft.newValue);
      }
      break;
    case ACTION:
      subject(encoder, draft);
      if (draft.participants) others(encoder, draft.participants, draft.agentId);
      break;
    case DETAIL:
      subject(encoder, draft);
      break;
    case MILESTONE:
      milestone(encoder, draft, turn);
      break;
    case SYSTEM:
      name(encoder, draft.name);
      if (draft.label !== undefined) {
        encoder.bytes(COLON);
        name(encoder, draft.label);
      }
      if (draft.subjectAgentId !== undefined) {
        encoder.bytes(ABOUT);
        encoder.text(draft.subjectAgentId);
      }
      break;
  }
}

/** `alice: buy` */
function subject(encoder: LineEncoder, draft: Draft): void {
  if (draft.agentId !== undefined) {
    encoder.text(draft.agentId);
    encoder.bytes(COLON);
  }
  name(encoder, draft.name);
}

/** ` with bob and 2 more` */
function others(encoder: LineEncoder, participants: readonly string[], acting: string | undefined): void {
  const other = participants.find((id) => id !== acting);
  if (other === undefined) return;
  encoder.bytes(WITH);
  encoder.text(other);
  const more = participants.filter((id) => id !== acting && id !== other).length;
  if (more === 0) return;
  encoder.bytes(AND);
  encoder.integer(more);
  encoder.bytes(MORE);
}

function milestone(encoder: LineEncoder, draft: Draft, turn: number): void {
  const words = MILESTONE_WORDS[draft.name];
  if (draft.name === "turn_start" || draft.name === "turn_end") {
    encoder.bytes(TURN);
    encoder.integer(turn);
  }
  if (words) encoder.bytes(words);
  else {
    encoder.bytes(PHASE);
    name(encoder, draft.label ?? "");
  }
}

function name(encoder: LineEncoder, text: string): void {
  cut(encoder, text, MAX_NAME);
}

/** A value in few characters. */
function brief(encoder: LineEncoder, value: unknown): void {
  if (typeof value === "string") {
    cut(encoder, value, MAX_VALUE);
  } else if (typeof value === "object" && value !== null) {
    encoder.text(valueLabel(value));
  } else encoder.value(value);
}

function cut(encoder: LineEncoder, text: string, length: number): void {
  if (text.length <= length) {
    encoder.text(text);
    return;
  }
  encoder.text(cutText(text, length - 1));
  encoder.bytes(ELLIPSIS);
}
