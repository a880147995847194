import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { Empty, Failure, Icon, Loading } from "../parts/index.ts";
import { batchQueries } from "../queries/index.ts";
import { ThemeSwitch, TokenForm, wantsToken } from "../session/index.ts";
import { BatchBody } from "./batch-body.tsx";
import { BatchFacts } from "./batch-facts.tsx";
import { useBatchView } from "./use-batch-view.ts";
import "../../styles/batch.css";

/** Many runs at once: how they went, how they ended, and where they part. */
export function BatchPage() {
  const { batchId } = useParams({ from: "/batches/$batchId" });
  const [view] = useBatchView();
  const { data, error, isPending, refetch } = useQuery(batchQueries.one(batchId, view.outcomes));
  useEffect(() => {
    document.title = `${batchId} · llm-sim`;
  }, [batchId]);
  return (
    <main className="page batch">
      <header className="run-header batch-header">
        <Link to="/" search={{}} className="back">
          Runs
        </Link>
        <Icon name="right" />
        <h1 title={batchId}>{batchId}</h1>
        {data && <BatchFacts answer={data.answer} />}
        <span className="spacer" />
        <ThemeSwitch />
      </header>
      {isPending && <Loading label="Reading the runs" />}
      {error && wantsToken(error) && <TokenForm />}
      {error && isApiError(error, "BATCH_NOT_FOUND") && <NoSuchBatch id={batchId} error={error} />}
      {error && !data && !wantsToken(error) && !isApiError(error, "BATCH_NOT_FOUND") && (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
      {data && !isApiError(error, "BATCH_NOT_FOUND") && <BatchBody asked={data} />}
    </main>
  );
}

function NoSuchBatch({ id, error }: { id: string; error: Error }) {
  return (
    <Empty title={`There is no batch “${id}”`}>
      <p>{error.message}</p>
      <Link to="/" search={{}}>
        All runs
      </Link>
    </Empty>
  );
}
