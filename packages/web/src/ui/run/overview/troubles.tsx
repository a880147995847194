import { formatCount } from "../../../logic/format/index.ts";
import { type Trouble, troubleFilter } from "../../../logic/overview/index.ts";
import { AgentPageLink } from "../../parts/index.ts";
import { useRun } from "../session.ts";
import { ViewLink } from "../view-link.tsx";

/** In sight at once. */
const SHOWN = 8;

interface TroublesProps {
  title: string;
  /** Commonest first; `undefined` where nobody counted. */
  troubles: readonly Trouble[] | undefined;
  /** Said where there are none. */
  none?: string;
}

/** What went wrong, by agent and reason; each leads to its events where the log has them. */
export function Troubles({ title, troubles, none }: TroublesProps) {
  if (troubles === undefined || (troubles.length === 0 && none === undefined)) return null;
  const total = troubles.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="section">
      <h3>
        {title} {total > 0 && <span className="count">{formatCount(total)}</span>}
      </h3>
      {troubles.length === 0 && <p className="note">{none}</p>}
      <TroubleList troubles={troubles.slice(0, SHOWN)} />
      {troubles.length > SHOWN && (
        <details>
          <summary>{formatCount(troubles.length - SHOWN)} rarer</summary>
          <TroubleList troubles={troubles.slice(SHOWN)} />
        </details>
      )}
    </section>
  );
}

function TroubleList({ troubles }: { troubles: readonly Trouble[] }) {
  const { id, summary } = useRun();
  const isLogged = (summary.by_type.SYSTEM ?? 0) > 0;
  if (troubles.length === 0) return null;
  return (
    <table className="troubles">
      <tbody>
        {troubles.map((trouble) => {
          const { agent_id, action_type, error_type, reason, count } = trouble;
          return (
            <tr key={JSON.stringify([agent_id, action_type, error_type, reason])}>
              <th scope="row">
                {agent_id === undefined ? "the simulation" : <AgentPageLink run={id} agent={agent_id} />}
                {action_type !== undefined && <span className="count"> {action_type}</span>}
              </th>
              <td>
                {isLogged ? (
                  <ViewLink to={{ filter: troubleFilter(trouble), list: "events" }} title="Show these events">
                    {reason}
                  </ViewLink>
                ) : (
                  reason
                )}
              </td>
              <td className="numeric">{formatCount(count)}×</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
