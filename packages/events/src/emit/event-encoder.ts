import {
  agentIdSchema,
  EVENT_TYPES,
  MAX_CAUSES,
  MAX_DESCRIPTION_LENGTH,
  MOST_CAUSES,
  mostCausesOf,
} from "../schema/index.ts";
import { shorten } from "../words/index.ts";
import { writeDescription } from "./description.ts";
import type { Draft } from "./draft.ts";
import { CauseSet, type EventHandle } from "./handle.ts";
import { ACTION, DECISION, DETAIL, MILESTONE, NAME_FIELDS, STATE, SYSTEM } from "./kinds.ts";
import { jsonBytes, LineEncoder } from "./line-encoder.ts";
import { LineHead } from "./line-head.ts";
import type { IdBlock } from "./ulid.ts";

const CAUSED_BY = Buffer.from(',"caused_by":["');
const NEXT_CAUSE = Buffer.from('","');
const END_CAUSES = Buffer.from('"]');
const END_CAUSES_DESCRIPTION = Buffer.from('"],"description":"');
const CAUSES_OMITTED = Buffer.from(',"causes_omitted":');
const DESCRIPTION = Buffer.from(',"description":"');
const QUOTE = 0x22;
const OLD_VALUE = Buffer.from(',"old_value":');
const NEW_VALUE = Buffer.from(',"new_value":');
const SCOPE_AGENT = Buffer.from(',"scope":"agent"');
const SCOPE_GLOBAL = Buffer.from(',"scope":"global"');
const CHANGE = Buffer.from(',"change":');
const ACTION_PAYLOAD = Buffer.from(',"action_payload":');
const INTERACTION_TYPE = Buffer.from(',"interaction_type":');
const PARTICIPANTS = Buffer.from(',"participating_agent_ids":');
const INTERMEDIATE_VALUES = Buffer.from(',"intermediate_values":');
const ERROR_TYPE = Buffer.from(',"error_type":');
const RETRY_COUNT = Buffer.from(',"retry_count":');
const SUBJECT = Buffer.from(',"subject_agent_id":');
const NAME = Buffer.from(',"name":');
const DETAILS = Buffer.from(',"details":');
const LOSSY = Buffer.from(',"lossy":');
const END = Buffer.from("}\n");

// The end of the description and the key of the name, in one.
const NAME_KEYS = NAME_FIELDS.map((field) => Buffer.from(`","${field}":"`));

// Agents of a run are few; a program that makes them up without end must not fill the memory with them.
const MAX_CACHED_AGENTS = 100_000;

/** Writes whole events as lines: the fields in the order that the index reads fastest, `lossy` last. */
export class EventEncoder extends LineEncoder {
  #turn = 0;
  readonly #head: LineHead;
  readonly #agents = new Map<string, Uint8Array>();
  /** Of the event that was written last; its scope alone where there is no list. */
  causes: readonly EventHandle[] | undefined;

  /** By kind: how many an event names at most. */
  readonly mostCauses: readonly number[];

  constructor(simulationId: string, maxCauses: number | undefined) {
    super();
    this.#head = new LineHead(simulationId);
    this.mostCauses = EVENT_TYPES.map((type) =>
      Math.min(mostCausesOf(type), maxCauses ?? (type === "DETAIL" ? MOST_CAUSES : MAX_CAUSES)),
    );
  }

  set turn(turn: number) {
    this.#turn = turn;
    this.#head.turn = turn;
  }

  /** Whether this is an agent's id as the log takes it. */
  isAgentId(id: unknown): id is string {
    return typeof id === "string" && (this.#agents.has(id) || this.#remember(id));
  }

  #remember(id: string): boolean {
    if (!agentIdSchema.safeParse(id).success || !id.isWellFormed()) return false;
    if (this.#agents.size >= MAX_CACHED_AGENTS) this.#agents.clear();
    this.#agents.set(id, Buffer.concat([Buffer.from(',"agent_id":'), jsonBytes(id)]));
    return true;
  }

  /** Writes the line and its newline. The draft's agents have been checked. */
  event(draft: Draft, block: IdBlock, counter: number, time: number, scope: EventHandle | undefined): void {
    const kind = draft.kind;
    this.#head.write(this, kind, block, counter, time);
    if (draft.agentId !== undefined) {
      const bytes = this.#agents.get(draft.agentId);
      if (bytes) this.bytes(bytes);
    }
    if (draft.causedBy === undefined && scope?.block) {
      // One cause, the common case.
      this.causes = undefined;
      this.bytes(CAUSED_BY);
      this.id(scope.block, scope.counter);
      this.bytes(END_CAUSES_DESCRIPTION);
    } else {
      this.#causes(scope, draft);
      this.bytes(DESCRIPTION);
    }
    this.#description(draft);
    const nameKey = NAME_KEYS[kind];
    if (nameKey) this.bytes(nameKey);
    this.text(draft.name);
    this.byte(QUOTE);
    this.#kindFields(draft);
    if (draft.details !== undefined) {
      this.bytes(DETAILS);
      this.value(draft.details);
    }
    if (draft.lossy) {
      this.bytes(LOSSY);
      this.value([...new Set(draft.lossy)]);
    }
    this.bytes(END);
  }

  #causes(scope: EventHandle | undefined, draft: Draft): void {
    const causes = new CauseSet(scope, draft.causedBy, this.mostCauses[draft.kind] ?? MAX_CAUSES);
    this.causes = causes.handles;
    let first = true;
    for (const handle of causes.handles) {
      if (!handle.block) continue;
      this.bytes(first ? CAUSED_BY : NEXT_CAUSE);
      this.id(handle.block, handle.counter);
      first = false;
    }
    if (!first) this.bytes(END_CAUSES);
    if (causes.omitted > 0) {
      this.bytes(CAUSES_OMITTED);
      this.integer(causes.omitted);
    }
  }

  #description(draft: Draft): void {
    const text = draft.description;
    if (text === undefined) writeDescription(this, draft, this.#turn);
    else if (text.length <= MAX_DESCRIPTION_LENGTH) this.text(text);
    else {
      this.text(shorten(text, MAX_DESCRIPTION_LENGTH));
      draft.lossy ??= [];
      draft.lossy.push("/description");
    }
  }

  #kindFields(draft: Draft): void {
    switch (draft.kind) {
      case STATE:
        this.bytes(OLD_VALUE);
        this.value(draft.oldValue);
        this.bytes(NEW_VALUE);
        this.value(draft.newValue);
        this.bytes(draft.agentId === undefined ? SCOPE_GLOBAL : SCOPE_AGENT);
        this.#optional(CHANGE, draft.label);
        break;
      case ACTION:
        this.bytes(ACTION_PAYLOAD);
        this.value(draft.payload);
        this.#optional(INTERACTION_TYPE, draft.label);
        this.#optional(PARTICIPANTS, draft.participants);
        break;
      case DECISION:
        this.#optional(OLD_VALUE, draft.oldValue);
        this.#optional(NEW_VALUE, draft.newValue);
        break;
      case DETAIL:
        this.bytes(INTERMEDIATE_VALUES);
        this.value(draft.payload);
        break;
      case SYSTEM:
        this.#optional(ERROR_TYPE, draft.label);
        this.#optional(RETRY_COUNT, draft.retryCount);
        this.#optional(SUBJECT, draft.subjectAgentId);
        break;
      case MILESTONE:
        this.#optional(NAME, draft.label);
        break;
    }
  }

  #optional(key: Uint8Array, value: unknown): void {
    if (value === undefined) return;
    this.bytes(key);
    this.value(value);
  }
}
