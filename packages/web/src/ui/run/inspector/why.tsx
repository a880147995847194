import type { Cost, Step, WhyAnswer } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { usdText } from "@llm-sim/events/words";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { GapLines, Icon, KindMark, Words } from "../../parts/index.ts";
import { whyQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { Account } from "./account.tsx";

/** How far back is asked for where what explains it is not enough. */
const FURTHER = 6;
const DEEPEST = 100;

/** Why the event came about: the recorded chain in sentences, and for a number the account of what it is made of. */
export function Why({ event }: { event: Event }) {
  const { id } = useRun();
  const [depth, setDepth] = useState<number>();
  const { data } = useQuery({
    ...whyQueries.event(id, event.event_id, depth),
    enabled: event.caused_by !== undefined,
    placeholderData: keepPreviousData,
  });
  if (!data || data.event_id !== event.event_id) return null;
  const steps = data.steps.filter((step) => step.event_id !== event.event_id);
  const isNumber = event.event_type === "STATE" && typeof event.new_value === "number";
  if (steps.length === 0 && !isNumber) return null;
  return (
    <section className="section why" aria-label="Why it came about">
      {isNumber && event.turn_number > 0 && <Account key={event.event_id} event={event} />}
      <h3>Why it came about</h3>
      <ol className="steps">
        {steps.map((step) => (
          <StepLine key={step.event_id} step={step} />
        ))}
      </ol>
      {data.cost && <CostLine cost={data.cost} />}
      <Completeness answer={data} />
      {(depth === undefined || (data.truncated && depth < DEEPEST)) && (
        <button
          type="button"
          className="button quiet further"
          onClick={() => setDepth(depth === undefined ? FURTHER : Math.min(DEEPEST, depth * 2))}
        >
          Further back
        </button>
      )}
    </section>
  );
}

function StepLine({ step }: { step: Step }) {
  const session = useRun();
  return (
    <li style={{ paddingLeft: Math.min(step.depth - 1, 8) * 12 }}>
      <button
        type="button"
        className="relation"
        onClick={() => goToEvent(session, { event_id: step.event_id, turn_number: step.turn })}
      >
        <KindMark kind={step.event_type} />
        <Words className="relation-text" text={step.sentence} />
        <span className="relation-turn">
          {step.turn_start === step.turn_end
            ? `turn ${step.turn}`
            : `turns ${step.turn_start}–${step.turn_end}`}
        </span>
      </button>
    </li>
  );
}

/** What the answers of language models that led to it came to. */
function CostLine({ cost: { calls, tokens, usd, unpriced } }: { cost: Cost }) {
  return (
    <p className="note">
      The answers behind it took {plural(calls, "call")} and {plural(tokens, "token")}
      {(usd > 0 || unpriced === 0) && `, and cost ${usdText(usd)}`}
      {unpriced > 0 &&
        (usd === 0 ? "; no price is known" : `; of ${formatCount(unpriced)} no price is known`)}
      .
    </p>
  );
}

function Completeness({ answer }: { answer: WhyAnswer }) {
  if (answer.complete) {
    return (
      <p className="note complete">
        <Icon name="check" />{" "}
        {answer.truncated ? "Complete as far back as shown" : "Complete: nothing is missing in this chain"}
      </p>
    );
  }
  return <GapLines gaps={answer.gaps} />;
}
