import type { Ledger } from "@llm-sim/api";
import { formatNumber } from "../../../logic/format/index.ts";
import { KindMark } from "../../parts/index.ts";
import { useRun } from "../session.ts";

/** From the old value to the new, entry by entry; the amounts add up exactly. */
export function LedgerTable({ ledger }: { ledger: Ledger }) {
  const { view } = useRun();
  const largest = Math.max(...ledger.entries.map(({ amount }) => Math.abs(Number(amount))), 1e-12);
  return (
    <table className="ledger">
      <caption className="sr-only">
        What it is made of, turn {ledger.from.turn} to {ledger.to.turn}
      </caption>
      <tbody>
        <tr className="ledger-stand">
          <th scope="row">at turn {ledger.from.turn}</th>
          <td />
          <td className="numeric">{formatNumber(ledger.from.value)}</td>
        </tr>
        {ledger.entries.map((entry) => {
          const amount = Number(entry.amount);
          const [id] = entry.event_ids;
          return (
            <tr key={entry.label}>
              <th scope="row">
                <button
                  type="button"
                  className="link"
                  disabled={id === undefined}
                  onClick={() => view.set({ selected: id })}
                  title={
                    entry.count > 1
                      ? `${entry.count} times, turns ${entry.turn_start}–${entry.turn_end}`
                      : `turn ${entry.turn_start}`
                  }
                >
                  {entry.event_type && <KindMark kind={entry.event_type} />} <bdi>{entry.label}</bdi>
                  {entry.count > 1 && <span className="count"> × {entry.count}</span>}
                </button>
              </th>
              <td className="ledger-bar" aria-hidden="true">
                <span
                  className={amount < 0 ? "down" : "up"}
                  style={{ width: `${(Math.abs(amount) / largest) * 50}%` }}
                />
              </td>
              <td className={`numeric difference ${amount < 0 ? "down" : "up"}`}>
                {entry.amount.replace("-", "−")}
              </td>
            </tr>
          );
        })}
        <tr className="ledger-stand">
          <th scope="row">at turn {ledger.to.turn}</th>
          <td />
          <td className="numeric">{formatNumber(ledger.to.value)}</td>
        </tr>
      </tbody>
    </table>
  );
}
