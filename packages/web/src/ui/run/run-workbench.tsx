import type { Gap, RunDetails } from "@llm-sim/api";
import type { Range } from "../../logic/timeline/index.ts";
import type { Axis, ViewStore } from "../../logic/view/index.ts";
import { FilterBar } from "./filter/index.ts";
import { PrintPlace } from "./print/index.ts";
import { RunHeader } from "./run-header.tsx";
import { RunParts } from "./run-parts.tsx";
import { RunSessionProvider } from "./session.ts";
import { useKeyboard } from "./use-keyboard.ts";
import { useRunPalette } from "./use-run-palette.ts";
import { useRunSession } from "./use-run-session.ts";
import { useUrlSync } from "./use-url-sync.ts";

interface RunWorkbenchProps {
  summary: RunDetails;
  gaps: readonly Gap[];
  view: ViewStore;
  agents: ReadonlyMap<string, number>;
  domains: Readonly<Record<Axis, Range>>;
}

export function RunWorkbench({ summary, gaps, view, agents, domains }: RunWorkbenchProps) {
  const session = useRunSession(summary, gaps, view, agents, domains);
  useUrlSync(view);
  useKeyboard(session);
  useRunPalette(session);
  return (
    <RunSessionProvider value={session}>
      <main className="workbench">
        <PrintPlace />
        <RunHeader />
        <FilterBar />
        <RunParts />
      </main>
    </RunSessionProvider>
  );
}
