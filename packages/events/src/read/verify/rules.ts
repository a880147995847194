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
  "segment-list": "run.json lists each closed segment, with its events, bytes, first and last id.",
  counts:
    "In run.json emitted = written + dropped + suppressed + pending, and at the end written is the log's events.",
} as const;
export type VerifyRule = keyof typeof VERIFY_RULES;

/**
 * What events that are missing make unprovable. `state-continuity` and `state-change`: for each variable, until its next
 * value is seen. `state-hash`: until a recorded hash agrees with the folded state again. `turns` and `run-end`: until
 * the next turn_start or turn_end. A cause that is missing is never excused: the effects of a lost event carry its causes.
 */
export const UNPROVEN_BY_LOSS = [
  "state-continuity",
  "state-change",
  "state-hash",
  "turns",
  "run-end",
] as const satisfies readonly VerifyRule[];

/** After a crash, what was emitted and not written can no longer be known. */
export const UNPROVEN_BY_CRASH = [...UNPROVEN_BY_LOSS, "counts"] as const satisfies readonly VerifyRule[];

export function isUnprovenByLoss(rule: VerifyRule): boolean {
  return UNPROVEN_BY_LOSS.some((other) => other === rule);
}
