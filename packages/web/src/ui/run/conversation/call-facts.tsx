import type { CallAnswer, ModelCall } from "@llm-sim/api";
import { usdText } from "@llm-sim/events/words";
import { errorWords, latencyText, markWords, purposeText, tokensText } from "../../../logic/calls/index.ts";
import { useRun } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";

/** What a call cost, how it went, and the attempts at the same question. */
export function CallFacts({ answer }: { answer: CallAnswer }) {
  const { call, attempts, sampling } = answer;
  const { usage, marks = [] } = call;
  const facts: [string, React.ReactNode][] = [
    ["model", <ModelName key="model" call={call} />],
    ["asked for", purposeText(call)],
    ["took", latencyText(call.latency_ms)],
  ];
  if (usage)
    facts.push([
      "tokens",
      <span key="tokens" title={usage.estimated && "Counted here: the server gave no count"}>
        {tokensText(usage)}
        {usage.estimated && <small className="count"> estimated</small>}
      </span>,
    ]);
  if (call.cost_usd !== undefined) facts.push(["cost", usdText(call.cost_usd)]);
  else if (usage)
    facts.push([
      "cost",
      <span key="cost" className="count">
        no price known
      </span>,
    ]);
  if (call.finish_reason !== undefined && call.finish_reason !== "stop")
    facts.push(["ended by", call.finish_reason]);
  if (marks.length > 0) facts.push(["to take it", markWords(marks)]);
  for (const [name, value] of Object.entries(sampling ?? {})) facts.push([name, JSON.stringify(value)]);
  const error = errorWords(call);
  return (
    <>
      <dl className="facts-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {error !== undefined && (
        <p className="call-error" dir="auto">
          <b>{error}</b>
          {call.error !== undefined && <span className="text-short"> {call.error}</span>}
        </p>
      )}
      {attempts.length > 1 && <Attempts attempts={attempts} shown={call} />}
    </>
  );
}

function ModelName({ call: { model, served_model } }: { call: ModelCall }) {
  if (served_model === undefined || served_model === model) return model;
  return (
    <>
      {model} <span className="count">answered by</span> {served_model}
    </>
  );
}

function Attempts({ attempts, shown }: { attempts: readonly ModelCall[]; shown: ModelCall }) {
  const session = useRun();
  return (
    <ol className="attempts" aria-label="Attempts">
      {attempts.map((attempt) => (
        <li key={attempt.event_id}>
          <button
            type="button"
            className="attempt"
            aria-current={attempt.event_id === shown.event_id}
            onClick={() => goToEvent(session, { event_id: attempt.event_id, turn_number: attempt.turn })}
          >
            <span className="count">
              attempt {attempt.attempt} of {attempts.length}
            </span>
            <span className={attempt.status === "success" ? "attempt-well" : "attempt-vain"}>
              {errorWords(attempt) ?? "answered"}
            </span>
            <span className="spacer" />
            <span className="count">{latencyText(attempt.latency_ms)}</span>
            {attempt.error !== undefined && (
              <span className="attempt-error" dir="auto">
                {attempt.error}
              </span>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}
