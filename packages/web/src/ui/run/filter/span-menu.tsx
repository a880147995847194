import { formatTimestamp, parseTimestamp } from "@llm-sim/events/schema";
import { useState } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { Popover, useFirstFocus } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";

/** From which turn to which, from which moment to which. */
export function SpanMenu() {
  return <Popover label="When">{(close) => <SpanForm close={close} />}</Popover>;
}

function SpanForm({ close }: { close: () => void }) {
  const { view, summary, domains } = useRun();
  const filter = useView((one) => one.filter);
  const [turns, setTurns] = useState({ from: text(filter.turns.from), to: text(filter.turns.to) });
  const [time, setTime] = useState({ from: filter.time.from ?? "", to: filter.time.to ?? "" });
  const first = useFirstFocus<HTMLInputElement>();
  const wrong = [time.from, time.to].some((end) => end !== "" && parseTimestamp(end) === undefined);
  return (
    <form
      className="menu span-form"
      onSubmit={(event) => {
        event.preventDefault();
        view.setFilter({
          turns: { from: number(turns.from), to: number(turns.to) },
          time: { from: moment(time.from), to: moment(time.to) },
        });
        close();
      }}
    >
      <p className="menu-head">Turns 0 to {formatCount(summary.turns)}, both ends included</p>
      <div className="row">
        <input
          ref={first}
          type="number"
          min={0}
          max={summary.turns}
          placeholder="first"
          aria-label="From turn"
          value={turns.from}
          onChange={(event) => setTurns({ ...turns, from: event.target.value })}
        />
        <span>to</span>
        <input
          type="number"
          min={0}
          max={summary.turns}
          placeholder="last"
          aria-label="To turn"
          value={turns.to}
          onChange={(event) => setTurns({ ...turns, to: event.target.value })}
        />
      </div>
      <p className="menu-head">Time, UTC</p>
      <input
        aria-label="From time"
        placeholder={formatTimestamp(Math.floor(domains.time.from))}
        value={time.from}
        onChange={(event) => setTime({ ...time, from: event.target.value })}
      />
      <input
        aria-label="To time"
        placeholder={formatTimestamp(Math.floor(domains.time.to))}
        value={time.to}
        onChange={(event) => setTime({ ...time, to: event.target.value })}
      />
      {wrong && <p className="menu-note bad">Write a time as 2026-11-23T07:15:00Z.</p>}
      <button type="submit" className="button button-primary" disabled={wrong}>
        Apply
      </button>
    </form>
  );
}

function text(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function number(typed: string): number | undefined {
  return /^\d+$/.test(typed.trim()) ? Number(typed) : undefined;
}

function moment(typed: string): string | undefined {
  const micros = parseTimestamp(typed.trim());
  return micros === undefined ? undefined : formatTimestamp(micros);
}
