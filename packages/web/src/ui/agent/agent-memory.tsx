import type { RunDetails } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { GapMark, Loading } from "../parts/index.ts";
import { agentQueries } from "../queries/index.ts";

/** What it remembers in the end, for itself alone. */
export function AgentMemory({ run, agent }: { run: RunDetails; agent: string }) {
  const { data, error } = useQuery(agentQueries.memory(run.id, agent, run.event_count));
  const memory = data?.memory;
  return (
    <section className="card" aria-label="Memory">
      <h2 className="row">
        Memory <span className="count">in the end</span>
        {data && <GapMark gaps={data.gaps} />}
      </h2>
      {!data && !error && <Loading label="Reading its memory" />}
      {error && !data && <p className="note">{error.message}</p>}
      {data && memory === null && <p className="note">It keeps none that is recorded.</p>}
      {data && memory !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys
        <section className="agent-scroll" tabIndex={0} aria-label="What it remembers">
          <pre>{JSON.stringify(memory, null, 2)}</pre>
        </section>
      )}
    </section>
  );
}
