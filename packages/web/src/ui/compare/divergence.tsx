import type { CompareAnswer, ContextLine } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { Words } from "../parts/index.ts";
import { EventOnSide } from "./event-on-side.tsx";
import { FieldDifferences } from "./field-differences.tsx";

interface DivergenceProps {
  leftId: string;
  rightId: string;
  divergence: NonNullable<CompareAnswer["divergence"]>;
}

/** The first event that the runs do not have alike, in its surroundings, and what it comes from. */
export function Divergence({ leftId, rightId, divergence }: DivergenceProps) {
  const { difference, cause, before } = divergence;
  return (
    <section className="card divergence" aria-label="First divergence">
      <h2>Where they part: turn {difference.key.turn}</h2>
      <p className="divergence-sentence">
        <Words text={difference.sentence} />
      </p>
      <p className="divergence-cause">
        <Words text={cause} />
      </p>
      {before.length > 0 && (
        <div className="context">
          <h3>Both runs, until then</h3>
          <Lines run={leftId} lines={before} />
        </div>
      )}
      <div className="columns">
        <div>
          <EventOnSide side="left" run={leftId} event={difference.left} />
          <Lines run={leftId} lines={divergence.left_after} title="then" />
        </div>
        <div>
          <EventOnSide side="right" run={rightId} event={difference.right} />
          <Lines run={rightId} lines={divergence.right_after} title="then" />
        </div>
      </div>
      {difference.fields.length > 0 && <FieldDifferences fields={difference.fields} />}
      {(divergence.left_causes.length > 0 || divergence.right_causes.length > 0) && (
        <details>
          <summary>What led to it</summary>
          <div className="columns">
            <Lines run={leftId} lines={divergence.left_causes} />
            <Lines run={rightId} lines={divergence.right_causes} />
          </div>
        </details>
      )}
    </section>
  );
}

function Lines({ run, lines, title }: { run: string; lines: readonly ContextLine[]; title?: string }) {
  if (lines.length === 0) return null;
  return (
    <>
      {title && <h3>{title}</h3>}
      <ul className="context-lines">
        {lines.map(({ event_id: id, text }) => (
          <li key={id}>
            <Link to="/runs/$runId" params={{ runId: run }} search={{ event: id }}>
              <Words text={text} />
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
