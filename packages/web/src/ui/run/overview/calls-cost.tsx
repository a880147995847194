import { usdText } from "@llm-sim/events/words";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { askerText } from "../../../logic/calls/index.ts";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { EMPTY_FILTER } from "../../../logic/view/index.ts";
import { GapMark } from "../../parts/index.ts";
import { callQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";

/** Askers in sight. */
const SHOWN = 6;

/** What language models were asked in all, and what it cost. */
export function CallsCost() {
  const { id, summary } = useRun();
  const { data } = useQuery({
    ...callQueries.totals(id, {}, summary.event_count),
    placeholderData: keepPreviousData,
  });
  if (!data) return null;
  const { totals, by_agent, by_model } = data;
  const { calls, questions, retries, failures, input_tokens, output_tokens, estimated, cost_usd, unpriced } =
    totals;
  const asked = by_agent
    .filter(({ agent_id }) => agent_id !== undefined)
    .toSorted((one, other) => other.cost_usd - one.cost_usd || other.calls - one.calls);
  return (
    <section className="section">
      <h3>
        Model calls <span className="count">{formatCount(calls)}</span>
        <GapMark gaps={data.gaps} />
      </h3>
      <p>
        <ViewLink to={{ list: "calls" }} title="List them">
          {plural(questions, "question")}
        </ViewLink>
        {retries > 0 && `, ${formatCount(retries)} asked again`}
        {failures > 0 && (
          <>
            ,{" "}
            <ViewLink to={{ list: "calls", outcome: "failure" }} title="List them">
              {formatCount(failures)} given up
            </ViewLink>
          </>
        )}
        : {estimated > 0 && "≈ "}
        {formatCount(input_tokens)} tokens in, {formatCount(output_tokens)} out
        {(cost_usd > 0 || unpriced === 0) && `, ${usdText(cost_usd)}`}
        {unpriced > 0 && `; the price of ${plural(unpriced, "call")} is not known`}.
      </p>
      <p className="note">
        {by_model.map(({ model, calls: each }) => `${model} ${formatCount(each)}×`).join(", ")}
      </p>
      <ul className="overview-list">
        {asked.slice(0, SHOWN).map((one) => (
          <li key={`${one.actor} ${one.agent_id}`}>
            <ViewLink
              to={{ list: "calls", filter: { ...EMPTY_FILTER, involving: [one.agent_id ?? ""] } }}
              title="List these calls"
            >
              {askerText(one)}
            </ViewLink>
            <span className="count">
              {plural(one.calls, "call")}
              {one.cost_usd > 0 && `, ${usdText(one.cost_usd)}`}
            </span>
          </li>
        ))}
      </ul>
      {asked.length > SHOWN && (
        <p className="note">And {plural(asked.length - SHOWN, "more agent")}; the list of calls has all.</p>
      )}
    </section>
  );
}
