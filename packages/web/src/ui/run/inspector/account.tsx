import type { StateEvent } from "@llm-sim/events/schema";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { GapMark } from "../../parts/index.ts";
import { type LedgerSpan, whyQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { LedgerBars } from "./ledger-bars.tsx";
import { LedgerTable } from "./ledger-table.tsx";
import "../../../styles/account.css";

/** What a number is made of, between any two turns: by cause, and over turns by who changed it. */
export function Account({ event }: { event: StateEvent }) {
  const { id, summary, view } = useRun();
  const { variable_name: name, agent_id: agent, turn_number: turn } = event;
  const [span, setSpan] = useState<LedgerSpan>({ since: 0, turn });
  const { data, error } = useQuery({
    ...whyQueries.ledger(id, name, agent, span),
    placeholderData: keepPreviousData,
  });
  const ledger = data?.ledger;
  const isOfEvent = data?.event_id === event.event_id;
  function choose(since: number, to: number): void {
    const last = Math.min(Math.max(1, to), Math.max(turn, summary.turns));
    setSpan({ since: Math.max(0, Math.min(since, last - 1)), turn: last });
  }
  return (
    <section className="account" aria-label="What it is made of">
      <div className="row account-span">
        <h3>What it is made of</h3>
        <TurnField
          label="from turn"
          value={span.since}
          most={Math.max(0, summary.turns - 1)}
          onChange={(since) => choose(since, Math.max(since + 1, span.turn))}
        />
        <TurnField
          label="to"
          value={span.turn}
          most={summary.turns}
          onChange={(to) => choose(Math.min(span.since, to - 1), to)}
        />
        {data && <GapMark gaps={data.gaps} />}
        {(span.since !== 0 || span.turn !== turn) && (
          <button type="button" className="button quiet" onClick={() => setSpan({ since: 0, turn })}>
            Whole
          </button>
        )}
      </div>
      {error && <p className="note warning-note">{error.message}</p>}
      {ledger && (
        <>
          <LedgerTable ledger={ledger} />
          <LedgerBars ledger={ledger} onChoose={(from, to) => choose(from - 1, to)} />
        </>
      )}
      {data && !isOfEvent && (
        <button
          type="button"
          className="button quiet further"
          onClick={() => view.set({ selected: data.event_id })}
        >
          Go to what it was at the end of turn {data.turn}
        </button>
      )}
    </section>
  );
}

interface TurnFieldProps {
  label: string;
  value: number;
  most: number;
  onChange: (turn: number) => void;
}

function TurnField({ label, value, most, onChange }: TurnFieldProps) {
  return (
    <label className="row">
      {label}
      <input
        type="number"
        min={0}
        max={most}
        value={value}
        onChange={({ target }) => {
          if (target.value !== "") onChange(Math.min(most, Math.max(0, Math.round(Number(target.value)))));
        }}
      />
    </label>
  );
}
