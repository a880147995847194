import { AllNotes } from "../note-cards/index.ts";
import { useRun } from "../session.ts";
import { CallsCost } from "./calls-cost.tsx";
import { Ending } from "./ending.tsx";
import { Missing } from "./missing.tsx";
import { Phases } from "./phases.tsx";
import { RunFacts } from "./run-facts.tsx";
import { Troubles } from "./troubles.tsx";
import { Variables } from "./variables.tsx";
import { Widest } from "./widest.tsx";
import "../../../styles/overview.css";

/** What happened in the run, as a whole; each part leads to where it can be looked at. */
export function Overview() {
  const { summary } = useRun();
  return (
    <article className="overview">
      <Ending />
      <Missing />
      <AllNotes />
      <RunFacts />
      <Variables />
      <Phases />
      <Troubles title="Refused actions" troubles={summary.refusals} none="No action was refused." />
      <Troubles title="Failures" troubles={summary.failures} />
      <Widest />
      {summary.calls !== undefined && <CallsCost />}
    </article>
  );
}
