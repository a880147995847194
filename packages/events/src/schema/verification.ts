/** Whose hand wrote a line: this project's, or the Python `llm-sim`'s. */
export const DIALECTS = ["native", "python"] as const;
export type Dialect = (typeof DIALECTS)[number];

export const VERIFY_RESULTS = ["ok", "loss", "violation"] as const;
export type VerifyResult = (typeof VERIFY_RESULTS)[number];

/**
 * Every rule that `verifyRun` holds a run to, by its id. Of a run without run.json, which is another hand's, only `line`, `schema` (as it
 * reads after the upcast), `id-unique` and `cause-exists` are asked.
 */
export const VERIFY_RULES = {
  line: "Every line is a JSON object in UTF-8 that can be read.",
  "torn-line": "The log does not end in the middle of a line.",
  schema: "Every line is an event by the schema of its kind, without the help of an upcast.",
  "run-json": "run.json is valid and names this run, as its directory does.",
  "simulation-id": "Every event's simulation_id is the run's.",
  "id-unique": "No two events have the same id.",
  "id-order": "Ids increase from event to event.",
  "timestamp-valid":
    "Every timestamp is a moment of the calendar, of which a number holds every microsecond.",
  "timestamp-order": "Timestamps never decrease.",
  "turn-order": "Turn numbers never decrease.",
  "run-start": "The first event is simulation_start, in turn 0, and there is no other.",
  "run-end":
    "A run that has ended holds a simulation_end, which at most SYSTEM events follow; where it is completed, no turn is open.",
  "has-cause": "Every event but simulation_start has a cause.",
  "cause-exists": "Every cause is an earlier event of the log, by (timestamp, place).",
  "causes-omitted": "causes_omitted stands only beside a full list of causes.",
  "lossy-pointer": "Every entry of lossy is a JSON Pointer.",
  verbosity: "No event is finer than run.json's verbosity.",
  "state-continuity": "A variable's old_value is the new_value before it.",
  "state-change":
    "A variable begins with change `added` from null where others do, and ends with change `removed` to null.",
  "state-hash":
    "turn_end's state_hash is that of the folded state; where one turn_end has it, later ones do.",
  turns: "turn_start and turn_end come in pairs of one number, and what is between them has it too.",
  "segment-name":
    "A closed segment is named by its last event's time, or the next microsecond that was free.",
  "segment-size": "No segment of more than one event exceeds the configured max_file_size.",
  "segment-list":
    "Closed segments are as segments.jsonl lists them: there, with these events, bytes, first and last id.",
  counts:
    "In run.json emitted = written + dropped + suppressed + pending, and at the end written is the log's events.",
  "tape-line":
    "Every line of tape.jsonl can be read, is this run's, and has the hash that stands beside what it says.",
  "tape-message":
    "What an attempt on the tape was asked with, its messages and its schema, stands before it where texts are kept.",
  "tape-call": "Where there is a tape, the attempt that an event names in details.call is on it.",
  "tape-event":
    "Of a simulation that ran to its end in one session and recorded its decisions, each attempt on the tape that was not broken off has its event.",
} as const;
export type VerifyRule = keyof typeof VERIFY_RULES;

/** The warnings that tell of events that are not in the log. */
export const LOSS_TYPES = ["events_dropped", "session_lost"] as const;
export type LossType = (typeof LOSS_TYPES)[number];

/** `value_left_out`: a STATE event without its value, for its size; `invalid_event`: a STATE event that was not valid. */
export const LOSS_KINDS = [...LOSS_TYPES, "value_left_out", "invalid_event"] as const;
export type LossKind = (typeof LOSS_KINDS)[number];
