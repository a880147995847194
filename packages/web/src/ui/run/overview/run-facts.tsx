import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { seedsText } from "../../../logic/batch/index.ts";
import {
  formatDuration,
  formatMoment,
  formatValue,
  microseconds,
  plural,
} from "../../../logic/format/index.ts";
import { settingsOf } from "../../../logic/overview/index.ts";
import { overviewQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";

/** Parameters in sight at once. */
const SHOWN = 8;

/** What the run was made of, and which others belong to it. */
export function RunFacts() {
  const { summary } = useRun();
  const { id, seed, batch, parent, children, verbosity, start_time, end_time } = summary;
  const settings = settingsOf(summary.parameters);
  const [start, end] = [microseconds(start_time), microseconds(end_time)];
  return (
    <section className="section">
      <h3>The run</h3>
      <dl className="facts-table">
        {summary.name !== id && <Fact name="Name">{summary.name}</Fact>}
        {start_time !== undefined && (
          <Fact name="Started">
            {formatMoment(start_time)} UTC
            {start !== undefined && end !== undefined && `, took ${formatDuration(Math.max(0, end - start))}`}
          </Fact>
        )}
        <Fact name="Seed">{seed === undefined ? "not recorded" : seed}</Fact>
        {verbosity !== undefined && <Fact name="Recorded at">{verbosity}</Fact>}
        {batch && <BatchFact batch={batch} />}
        {parent && (
          <Fact name="Forked from">
            <RunLink id={parent.simulation_id} turn={parent.turn} /> at turn {parent.turn + 1},{" "}
            <CompareLink left={parent.simulation_id} right={id} />
          </Fact>
        )}
        {children.length > 0 && (
          <Fact name={plural(children.length, "Fork")}>
            <ul>
              {children.map(({ simulation_id: child, turn }) => (
                <li key={child}>
                  <RunLink id={child} turn={turn} /> from turn {turn + 1},{" "}
                  <CompareLink left={id} right={child} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
      {settings.length > 0 && (
        <>
          <h4>Parameters</h4>
          <Settings settings={settings.slice(0, SHOWN)} />
          {settings.length > SHOWN && (
            <details>
              <summary>{plural(settings.length - SHOWN, "more parameter")}</summary>
              <Settings settings={settings.slice(SHOWN)} />
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Settings({ settings }: { settings: ReturnType<typeof settingsOf> }) {
  return (
    <dl className="facts-table">
      {settings.map(({ name, value }) => (
        <Fact key={name} name={name}>
          {formatValue(value)}
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** To which batch it belongs, what was set in it, and how its siblings stand. */
function BatchFact({ batch }: { batch: { id: string; name: string; settings: Record<string, unknown> } }) {
  const { data } = useQuery({ ...overviewQueries.batch(batch.id), retry: false });
  const set = Object.entries(batch.settings).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  const statuses = Object.entries(data?.statuses ?? {}).map(([status, count]) => `${count} ${status}`);
  return (
    <Fact name="Batch">
      <Link to="/batches/$batchId" params={{ batchId: batch.id }} search={{}}>
        {batch.name}
      </Link>
      {data && `: ${plural(data.runs, "run")} (${statuses.join(", ")}), ${seedsText(data.seeds)}`}
      {set.length > 0 && <span className="note"> Here {set.join(", ")}.</span>}
    </Fact>
  );
}

/** At the last turn that both have. */
function RunLink({ id, turn }: { id: string; turn: number }) {
  return (
    <Link to="/runs/$runId" params={{ runId: id }} search={{ at: String(turn) }}>
      {id}
    </Link>
  );
}

function CompareLink({ left, right }: { left: string; right: string }) {
  return (
    <Link
      to="/runs/$leftId/compare/$rightId"
      params={{ leftId: left, rightId: right }}
      search={{}}
      aria-label={`Compare ${left} with ${right}`}
    >
      compare
    </Link>
  );
}
