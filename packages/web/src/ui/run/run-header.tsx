import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { shortId } from "../../logic/batch/index.ts";
import { plural } from "../../logic/format/index.ts";
import { runNotice, triedParts, whyEnded } from "../../logic/runs/index.ts";
import { PaletteButton } from "../palette/index.ts";
import { Icon, StatusPill, Warnings } from "../parts/index.ts";
import { loadPart, ThemeSwitch } from "../session/index.ts";
import { ExportMenu } from "./export-menu.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { LiveControls } from "./live/index.ts";
import { useRun, useTip } from "./session.ts";
import { ViewLink } from "./view-link.tsx";

// Most runs begin by themselves.
const Lineage = lazy(async () => ({
  default: (await loadPart(() => import("./lineage.tsx"))).Lineage,
}));

// Most runs are of no batch.
const SiblingLinks = lazy(async () => ({
  default: (await loadPart(() => import("./sibling-links.tsx"))).SiblingLinks,
}));

/** Why it ended, where it did not simply play its turns. */
function Ended() {
  const { summary } = useRun();
  const why = whyEnded(summary);
  if (why === undefined) return null;
  const { end_event_id: eventId, turns: turn } = summary;
  if (eventId === undefined) return <span className="ended">{why}</span>;
  return (
    <ViewLink
      to={{ selected: eventId, playhead: { turn, eventId }, follow: false }}
      className="ended"
      title={`${why} Go to the event`}
    >
      {why}
    </ViewLink>
  );
}

/** Which run this is, how it stands, and what can be taken away from it. */
export function RunHeader() {
  const { id, summary, gaps, agents } = useRun();
  const { turns, events } = useTip();
  return (
    <header className="run-header">
      <Link to="/" search={{}} className="back" aria-label="All runs" title="All runs">
        Runs
      </Link>
      <Icon name="right" />
      {summary.batch && (
        <>
          <Link
            to="/batches/$batchId"
            params={{ batchId: summary.batch.id }}
            search={{}}
            className="back back-to-batch"
            title={`All runs of ${summary.batch.id}`}
          >
            {summary.batch.id}
          </Link>
          <Icon name="right" />
        </>
      )}
      <h1 title={id}>{summary.batch ? shortId(id, summary.batch.id) : id}</h1>
      {summary.batch && (
        <Suspense fallback={null}>
          <SiblingLinks id={id} batchId={summary.batch.id} />
        </Suspense>
      )}
      <StatusPill status={summary.status} />
      <Ended />
      <span className="facts">
        {plural(turns, "turn")} · {plural(agents.size, "agent")} · {plural(events, "event")}
        {summary.verbosity && <span title="How deep the run was recorded"> · {summary.verbosity}</span>}
        {triedParts(summary).map(({ text, reasons, isTrouble }) => (
          <span key={text} title={reasons} className={isTrouble ? "warning" : undefined}>
            {" "}
            · {text}
          </span>
        ))}
      </span>
      {(summary.parent || summary.children.length > 0) && (
        <Suspense fallback={null}>
          <Lineage summary={summary} />
        </Suspense>
      )}
      <Warnings {...runNotice(summary, gaps)} />
      <span className="spacer" />
      <LiveControls />
      <ExportMenu />
      <PaletteButton />
      <KeysHelp />
      <ThemeSwitch />
    </header>
  );
}
