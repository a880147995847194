import type { BatchAnswer } from "@llm-sim/api";
import { Link } from "@tanstack/react-router";
import { plural } from "../../logic/format/index.ts";
import type { RunLooks } from "./run-colors.ts";

interface PartingProps {
  answer: BatchAnswer;
  looks: RunLooks;
  wordsOf: (id: string) => string;
}

/** From where the runs part into groups and what tells them apart, and which run stands for all and which for none. */
export function PartingCard({ answer, looks, wordsOf }: PartingProps) {
  const { parting, no_parting: noParting, middle, farthest } = answer;
  return (
    <section className="card parting" aria-label="Where the runs part">
      {parting && (
        <>
          <p className="parting-sentence">{parting.sentence}</p>
          {parting.by && <p>{parting.by.sentence}</p>}
          <ul className="legend">
            {looks.groups.map(({ name, ids, color }) => (
              <li key={name}>
                <span className="group-mark" style={{ background: color }} aria-hidden="true" />
                {name}: {plural(ids.size, "run")}
              </li>
            ))}
          </ul>
        </>
      )}
      {noParting && <p>{noParting}</p>}
      {middle !== undefined && farthest !== undefined && (
        <p className="middle-and-farthest">
          Nearest to the middle: <RunLink id={middle} wordsOf={wordsOf} />. Farthest from it:{" "}
          <RunLink id={farthest} wordsOf={wordsOf} />.{" "}
          {middle !== farthest && (
            <Link
              to="/runs/$leftId/compare/$rightId"
              params={{ leftId: middle, rightId: farthest }}
              search={{}}
            >
              Compare the two
            </Link>
          )}
        </p>
      )}
    </section>
  );
}

function RunLink({ id, wordsOf }: { id: string; wordsOf: (id: string) => string }) {
  return (
    <Link to="/runs/$runId" params={{ runId: id }} search={{}} title={id}>
      {wordsOf(id)}
    </Link>
  );
}
