import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { isApiError } from "../../../logic/api/index.ts";
import { momentAt, neighbourMoment, type Refusal, refusalOf } from "../../../logic/condition/index.ts";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { GapMark, Icon } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { goToMoment } from "./go-to-moment.ts";
import { type Moments, useMoments } from "./use-moments.ts";
import "../../../styles/condition.css";

/** Milliseconds without a key before a condition is asked about. */
const TYPED = 600;

/** When did it become true? A condition on the state, how often it did, and the way from one moment to the next. */
export function ConditionBox() {
  const session = useRun();
  const { view, places } = session;
  const client = useQueryClient();
  const condition = useView((one) => one.condition);
  const playhead = useView((one) => one.playhead);
  const moments = useMoments();
  const [typed, setTyped] = useState(condition);
  const said = useId();
  useEffect(() => setTyped(condition), [condition]);
  useEffect(() => {
    if (typed.trim() === view.get().condition) return;
    const timer = setTimeout(() => view.set({ condition: typed.trim() }), TYPED);
    return () => clearTimeout(timer);
  }, [typed, view]);

  const refusal =
    isApiError(moments.error) && typed.trim() === condition ? refusalOf(condition, moments.error) : undefined;
  const found = moments.answer?.moments ?? [];
  const at = momentAt(found, playhead);
  const sentence = at === undefined ? undefined : found[at]?.sentence;
  return (
    <div className={`condition${condition === "" ? "" : " asked"}`}>
      <label className="search">
        <Icon name="when" />
        <input
          ref={places.condition}
          type="search"
          spellCheck={false}
          autoCapitalize="off"
          placeholder="When? (c)"
          aria-label="Condition: when did it become true?"
          aria-invalid={refusal !== undefined}
          aria-describedby={said}
          title={sentence}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              if (typed.trim() === condition) void goToMoment(session, client, event.shiftKey ? -1 : 1);
              else view.set({ condition: typed.trim() });
            }
            if (event.key === "Escape") {
              // A browser would empty the field.
              event.preventDefault();
              event.currentTarget.blur();
            }
          }}
        />
      </label>
      <span id={said} role="status" className="count">
        {refusal ? <span className="sr-only">{refusal.message}</span> : saidOf(condition, moments, at)}
      </span>
      {condition !== "" && !refusal && (
        <>
          {moments.answer && <GapMark gaps={moments.answer.gaps} />}
          <span className="button-group">
            <button
              type="button"
              className="button icon-button"
              title="The moment before (p)"
              aria-label="Moment before"
              disabled={neighbourMoment(found, playhead, -1) === undefined}
              onClick={() => void goToMoment(session, client, -1)}
            >
              <Icon name="left" />
            </button>
            <button
              type="button"
              className="button icon-button"
              title="The next moment (n)"
              aria-label="Next moment"
              disabled={neighbourMoment(found, playhead, 1) === undefined}
              onClick={() => void goToMoment(session, client, 1)}
            >
              <Icon name="right" />
            </button>
          </span>
        </>
      )}
      {refusal && (
        <RefusedCondition
          condition={condition}
          refusal={refusal}
          onMeant={(meant) => view.set({ condition: meant })}
          onClose={() => view.set({ condition: "" })}
        />
      )}
    </div>
  );
}

function saidOf(condition: string, { answer, isAsking, error }: Moments, at: number | undefined): string {
  if (condition === "") return "";
  if (!answer) return isAsking ? "looking …" : error ? "no answer" : "";
  const { moments, total } = answer;
  if (total === 0) return "never true";
  if (at !== undefined) return `${formatCount(at + 1)} of ${formatCount(total)}`;
  const all = plural(total, "moment");
  return moments.length < total ? `${all}, first ${formatCount(moments.length)} shown` : all;
}

interface RefusedConditionProps {
  condition: string;
  refusal: Refusal;
  onMeant: (condition: string) => void;
  onClose: () => void;
}

/** Below the box: what is wrong with the condition, where, and what was probably meant. */
function RefusedCondition({ condition, refusal, onMeant, onClose }: RefusedConditionProps) {
  const { message, position, meant } = refusal;
  return (
    <div className="popover condition-refused" role="alert">
      <button
        type="button"
        className="button icon-button quiet"
        aria-label="Take the condition away"
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
      {position !== undefined && (
        <pre aria-hidden="true">
          {condition}
          {"\n"}
          {" ".repeat(position)}
          <b>^</b>
        </pre>
      )}
      <p>{message}</p>
      {meant.length > 0 && (
        <p className="row">
          Did you mean
          {meant.map((one) => (
            <button key={one} type="button" className="link mono" onClick={() => onMeant(one)}>
              {one}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
