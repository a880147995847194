import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { arrangeRuns, groupRuns, type RunColumn, readOrder, writeOrder } from "../../logic/runs/index.ts";
import { toggle } from "../../logic/view/index.ts";
import { PaletteButton } from "../palette/index.ts";
import { Empty, Failure, Icon, Loading } from "../parts/index.ts";
import { runListQueries } from "../queries/index.ts";
import { ThemeSwitch, TokenForm, wantsToken } from "../session/index.ts";
import { EmptyDirectory } from "./empty-directory.tsx";
import { PickBar } from "./pick-bar.tsx";
import { RunsTable } from "./runs-table.tsx";

/** How often the list is asked for again, in milliseconds; the server answers it without reading logs. */
const REFRESH = 2000;

export function RunsPage() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const query = useQuery({
    ...runListQueries.all(),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  const [now, setNow] = useState(() => Date.now() * 1000);
  useEffect(() => {
    document.title = "Runs · llm-sim";
    const timer = setInterval(() => setNow(Date.now() * 1000), 1000);
    return () => clearInterval(timer);
  }, []);

  const order = readOrder(search.sort);
  const picked = search.pick?.split(",").filter(Boolean) ?? [];
  const change = (patch: Record<string, string | undefined>) =>
    void navigate({ search: (before) => clean({ ...before, ...patch }), replace: true, resetScroll: false });
  const sortBy = (column: RunColumn) =>
    change({
      sort: writeOrder({
        column,
        descending: order.column === column ? !order.descending : column !== "name",
      }),
    });
  const pick = (id: string) => change({ pick: toggle(picked, id).join(",") });

  const runs = query.data ? arrangeRuns(query.data, search.q ?? "", order, now) : [];
  const lines = groupRuns(runs, query.data ?? []);
  const opened = search.open?.split(",").filter(Boolean) ?? [];
  return (
    <main className="page">
      <header className="page-head">
        <h1>Runs</h1>
        {query.data && query.data.length > 0 && (
          <label className="search">
            <Icon name="search" />
            <input
              type="search"
              placeholder="Name, id or status"
              aria-label="Search runs"
              value={search.q ?? ""}
              onChange={(event) => change({ q: event.target.value })}
            />
          </label>
        )}
        <span className="spacer" />
        <PaletteButton />
        <ThemeSwitch />
      </header>
      {query.isPending && <Loading label="Reading the runs" />}
      {query.error && wantsToken(query.error) && <TokenForm />}
      {query.error && !wantsToken(query.error) && !query.data && (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data?.length === 0 && <EmptyDirectory />}
      {query.data && query.data.length > 0 && runs.length === 0 && (
        <Empty title={`No run matches “${search.q ?? ""}”`}>
          <button type="button" className="button" onClick={() => change({ q: undefined })}>
            Show all {query.data.length}
          </button>
        </Empty>
      )}
      {runs.length > 0 && (
        <RunsTable
          lines={lines}
          opened={opened}
          onOpen={(batch) => change({ open: toggle(opened, batch).join(",") })}
          now={now}
          order={order}
          onSort={sortBy}
          picked={picked}
          onPick={pick}
        />
      )}
      <PickBar picked={picked} onClear={() => change({ pick: undefined })} />
    </main>
  );
}

function clean(search: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(search)) if (value) kept[name] = value;
  return kept;
}
