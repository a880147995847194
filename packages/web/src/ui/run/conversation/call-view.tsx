import type { CallAnswer } from "@llm-sim/api";
import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { sinceLastQuestion } from "../../../logic/conversation/index.ts";
import { plural } from "../../../logic/format/index.ts";
import { Failure, GapLines, Loading } from "../../parts/index.ts";
import { callQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { CallFacts } from "./call-facts.tsx";
import { Conversation } from "./conversation.tsx";

/** How often the attempts that follow are looked for while the run goes on, in milliseconds. */
const LOOK = 1000;

/** One attempt at a call of a model: figures, the attempts beside it, and what was said. */
export function CallView({ eventId }: { eventId: string }) {
  const { id, summary } = useRun();
  const delta = useQuery({
    ...callQueries.delta(id, eventId),
    refetchInterval: ({ state }) =>
      summary.status === "running" && state.data?.attempts.at(-1)?.status === "retry" ? LOOK : false,
    placeholderData: keepPreviousData,
  });
  const earlier = useQueries({
    queries: (delta.data?.attempts ?? [])
      .filter(({ attempt }) => attempt < (delta.data?.call.attempt ?? 0))
      .map(({ event_id }) => ({
        ...callQueries.delta(id, event_id),
        staleTime: Number.POSITIVE_INFINITY,
      })),
    combine: (answers) => ({
      isPending: answers.some(({ isPending }) => isPending),
      data: answers.flatMap(({ data }) => data ?? []),
    }),
  });
  const asked = useMemo(
    () => delta.data && sinceLastQuestion([...earlier.data, delta.data]),
    [delta.data, earlier.data],
  );
  const whole = useQuery({
    ...callQueries.whole(id, eventId),
    enabled: false,
  });
  async function fetchWhole() {
    const { data } = whole.data ? whole : await whole.refetch({ throwOnError: true, cancelRefetch: false });
    if (!data) throw new Error("The call was not read.");
    return data;
  }
  const client = useQueryClient();
  // Of several attempts, the first knows the question before.
  const previous = (earlier.data[0] ?? delta.data)?.previous?.event_id;
  if (delta.isPending || earlier.isPending) return <Loading label="Reading the call" />;
  if (!delta.data || !asked) return <Failure error={delta.error} onRetry={() => void delta.refetch()} />;
  const { data } = delta;
  return (
    <>
      <CallFacts answer={data} />
      <TapeNote answer={data} />
      {whole.error && <Failure error={whole.error} onRetry={() => void whole.refetch()} />}
      <Conversation
        key={data.event_id}
        delta={asked}
        whole={whole.data}
        fetchWhole={fetchWhole}
        fetchBefore={
          previous === undefined ? undefined : () => client.fetchQuery(callQueries.whole(id, previous))
        }
      />
      {data.schema !== undefined && (
        <details className="raw section">
          <summary>
            <h3>JSON Schema of the answer</h3>
          </summary>
          <pre>{JSON.stringify(data.schema, null, 2)}</pre>
        </details>
      )}
    </>
  );
}

/** Where what was said cannot be shown: why. */
function TapeNote({ answer: { tape, gaps, message_count, warnings = [] } }: { answer: CallAnswer }) {
  const count = message_count === undefined ? "" : ` It was ${plural(message_count, "message")}.`;
  return (
    <>
      <GapLines gaps={gaps} />
      {tape === "hashes" && gaps.length === 0 && (
        <p className="note">What was said is not on the tape, which keeps hashes alone.{count}</p>
      )}
      {tape === "nothing" && gaps.length === 0 && <p className="note">What was said is not on a tape.</p>}
      {warnings.map((warning) => (
        <p key={warning} className="note warning-note">
          {warning}
        </p>
      ))}
    </>
  );
}
