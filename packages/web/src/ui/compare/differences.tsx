import type { CompareAnswer, Relation } from "@llm-sim/api";
import { useRef } from "react";
import type { CompareView } from "../../logic/compare/index.ts";
import { AllDifferences } from "./all-differences.tsx";
import { DifferenceGroups } from "./difference-groups.tsx";
import { DifferenceList } from "./difference-list.tsx";

interface DifferencesProps {
  answer: CompareAnswer;
  leftId: string;
  rightId: string;
  view: CompareView;
  onView: (patch: Partial<CompareView>) => void;
}

/** What follows from the first divergence and what does not, who differs in what, and all of it. */
export function Differences({ answer, leftId, rightId, view, onView }: DifferencesProps) {
  const all = useRef<HTMLDivElement>(null);
  const { differences, following, independent } = answer;
  function choose(chosen: CompareView["chosen"]): void {
    onView({ chosen, page: 0 });
    all.current?.scrollIntoView({ block: "nearest" });
  }
  const list = (relation: Exclude<Relation, "first">, title: string, text: string) => (
    <DifferenceList
      title={title}
      text={text}
      count={differences[relation]}
      differences={relation === "following" ? following : independent}
      leftId={leftId}
      rightId={rightId}
      onAll={() => choose({ relation })}
    />
  );
  return (
    <>
      <DifferenceGroups answer={answer} chosen={view.chosen} onChoose={choose} />
      <div className="difference-lists">
        {list("following", "Follows from it", "These have the first divergence among their causes.")}
        {list(
          "independent",
          "Does not follow from it",
          "These differ for reasons of their own: another seed, another setting, another model's answer.",
        )}
      </div>
      <div ref={all}>
        <AllDifferences leftId={leftId} rightId={rightId} view={view} onView={onView} />
      </div>
    </>
  );
}
