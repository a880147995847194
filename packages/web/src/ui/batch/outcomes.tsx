import type { BatchAnswer, BatchOutcomeCounts } from "@llm-sim/api";
import { useId, useState } from "react";
import { type RefusedOutcome, settingsText } from "../../logic/batch/index.ts";
import { formatCount, formatNumber, formatValue, plural } from "../../logic/format/index.ts";
import { Icon } from "../parts/index.ts";

interface OutcomeBoxProps {
  outcomes: readonly string[];
  refused: readonly RefusedOutcome[];
  onChange: (outcomes: string[]) => void;
}

/** Where a condition or a variable is written that shall be a column; what is wrong with one is said beside it. */
export function OutcomeBox({ outcomes, refused, onChange }: OutcomeBoxProps) {
  const [text, setText] = useState("");
  const help = useId();
  const without = (outcome: string) => outcomes.filter((one) => one !== outcome);
  return (
    <div className="outcome-box">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          const outcome = text.trim();
          if (outcome === "") return;
          onChange([...without(outcome), outcome]);
          setText("");
        }}
      >
        <label className="search outcome-field">
          <Icon name="filter" />
          <input
            type="text"
            placeholder="fish < 50"
            aria-label="A condition or a variable as a column"
            aria-describedby={help}
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={text.trim() === ""}>
          Add column
        </button>
        <span id={help} className="count outcome-help">
          a condition: the turn it came true; a variable: its value at the end
        </span>
      </form>
      {refused.map(({ outcome, message, meant }) => (
        <p key={outcome} className="outcome-refused" role="alert">
          <code>{outcome}</code> {message}{" "}
          {meant !== undefined && (
            <>
              <button type="button" className="link" onClick={() => onChange([...without(outcome), meant])}>
                Did you mean {meant}?
              </button>{" "}
            </>
          )}
          <button
            type="button"
            className="link"
            onClick={() => {
              setText(outcome);
              onChange(without(outcome));
            }}
          >
            Change it
          </button>{" "}
          <button type="button" className="link" onClick={() => onChange(without(outcome))}>
            Leave it out
          </button>
        </p>
      ))}
    </div>
  );
}

/** What became of each condition in all runs together, and by setting where the heat map does not show that; of a text its values. */
export function OutcomeCounts({ answer }: { answer: BatchAnswer }) {
  const conditions = answer.outcomes.filter(
    ({ kind, values }) => kind === "condition" || values !== undefined,
  );
  if (conditions.length === 0) return null;
  return (
    <div className="outcome-counts">
      {conditions.map((counts) => (
        <section key={counts.outcome} aria-label={counts.outcome}>
          <h3>
            <code>{counts.outcome}</code> {countsText(counts)}
          </h3>
          {answer.heat === undefined && counts.by_setting && counts.by_setting.length > 1 && (
            <ul>
              {counts.by_setting.slice(0, MAX_LINES).map((one) => (
                <li key={settingsText(one.settings)}>
                  <span>{settingsText(one.settings)}</span>
                  {one.became !== undefined && (
                    <span className="end-bar" aria-hidden="true">
                      <span style={{ width: `${(one.became / Math.max(1, one.runs)) * 100}%` }} />
                    </span>
                  )}
                  <span className="count">{countsText(one)}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

/** What more combinations of settings came to, the table tells. */
const MAX_LINES = 12;
/** Values of a text in one line. */
const MAX_VALUES = 6;

function countsText({
  runs,
  became = 0,
  unknown,
  turns,
  values,
  values_left_out: leftOut = 0,
}: Omit<BatchOutcomeCounts, "outcome" | "kind">): string {
  const known = unknown > 0 ? `, not known of ${formatCount(unknown)}` : "";
  if (values !== undefined) {
    const shown = values.slice(0, MAX_VALUES);
    const more = values.length - shown.length + leftOut;
    const told = shown.map(({ value, runs: count }) => `${formatValue(value, 40)} in ${formatCount(count)}`);
    if (more > 0) told.push(plural(more, "rarer value"));
    return `of ${plural(runs, "run")} at the end: ${told.join(", ")}${known}`;
  }
  const when =
    turns === undefined
      ? ""
      : turns.least === turns.greatest
        ? `, at turn ${formatCount(turns.least)}`
        : `, at turns ${formatCount(turns.least)} to ${formatCount(turns.greatest)} (median ${formatNumber(turns.p50)})`;
  return `came true in ${formatCount(became)} of ${plural(runs, "run")}${when}${known}`;
}
