import { isHole, type RelatedDifference, type Relation } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { type CompareView, isAnyDifference, pageOf } from "../../logic/compare/index.ts";
import { formatCount } from "../../logic/format/index.ts";
import { Failure, GapMark, Loading, Pager, Segmented } from "../parts/index.ts";
import { COMPARED_PAGE, compareQueries } from "../queries/index.ts";
import { DifferenceLine } from "./difference-line.tsx";

const RELATION_CHOICES: readonly { value: Relation | "any"; label: string }[] = [
  { value: "any", label: "All" },
  { value: "following", label: "Follow from the first" },
  { value: "independent", label: "Do not" },
];

interface AllDifferencesProps {
  leftId: string;
  rightId: string;
  view: CompareView;
  onView: (patch: Partial<CompareView>) => void;
}

/** Every event that differs, page by page; those of an agent and a name where they were chosen above. */
export function AllDifferences({ leftId, rightId, view: { chosen, page }, onView }: AllDifferencesProps) {
  const { agent, kind, name, relation } = chosen;
  const { data, error, isPlaceholderData } = useQuery(
    compareQueries.differences(
      { left: leftId, right: rightId, agent_id: agent, event_type: kind, name, relation },
      page,
    ),
  );
  const who = agent === "" ? "world" : agent;
  return (
    <section className="card" aria-label="All differences" aria-busy={isPlaceholderData}>
      <h2 className="row">
        {isAnyDifference(chosen) ? "All differences" : "Differences"}
        {data && <span className="count">{formatCount(data.total)}</span>}
        {data && <GapMark gaps={data.gaps.filter(isHole)} />}
      </h2>
      <div className="row compare-tools">
        <Segmented
          label="Which"
          value={relation === "first" || relation === undefined ? "any" : relation}
          options={RELATION_CHOICES}
          onChange={(next) =>
            onView({ chosen: { ...chosen, relation: next === "any" ? undefined : next }, page: 0 })
          }
        />
        {(agent !== undefined || kind !== undefined || name !== undefined) && (
          <button type="button" className="chip" onClick={() => onView({ chosen: { relation }, page: 0 })}>
            {[who, kind?.toLowerCase(), name].filter((one) => one !== undefined).join(" · ")} ×
            <span className="sr-only">, show those of all</span>
          </button>
        )}
      </div>
      {error && !data && <Failure error={error} />}
      {!data && !error && <Loading label="Comparing event by event" />}
      {data && data.differences.length === 0 && <p className="note">There are none.</p>}
      {data && (
        <ul className="relations">
          {data.differences.map((difference) => (
            <DifferenceLine
              key={keyOf(difference)}
              difference={difference}
              leftId={leftId}
              rightId={rightId}
            />
          ))}
        </ul>
      )}
      {data && (
        <Pager
          of="differences"
          at={pageOf(data.total, COMPARED_PAGE, page)}
          total={data.total}
          onPage={(next) => onView({ page: next })}
        />
      )}
    </section>
  );
}

function keyOf({ left_event_id, right_event_id }: RelatedDifference): string {
  return left_event_id ?? right_event_id ?? "";
}
