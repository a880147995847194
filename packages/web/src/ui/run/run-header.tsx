import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { plural } from "../../logic/format/index.ts";
import { runNotice, triedParts } from "../../logic/runs/index.ts";
import { Icon, StatusPill, Warnings } from "../parts/index.ts";
import { loadPart, ThemeSwitch } from "../session/index.ts";
import { ExportMenu } from "./export-menu.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { LiveControls } from "./live/index.ts";
import { useRun } from "./session.ts";

// Most runs begin by themselves.
const Lineage = lazy(async () => ({
  default: (await loadPart(() => import("./lineage.tsx"))).Lineage,
}));

/** Which run this is, how it stands, and what can be taken away from it. */
export function RunHeader() {
  const { id, summary, gaps, agents } = useRun();
  return (
    <header className="run-header">
      <Link to="/" search={{}} className="back" aria-label="All runs" title="All runs">
        Runs
      </Link>
      <Icon name="right" />
      <h1 title={id}>{id}</h1>
      <StatusPill status={summary.status} />
      <span className="facts">
        {plural(summary.turns, "turn")} · {plural(agents.size, "agent")} ·{" "}
        {plural(summary.event_count, "event")}
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
      <KeysHelp />
      <ThemeSwitch />
    </header>
  );
}
