import { EVENT_TYPES } from "@llm-sim/events/schema";
import { formatCompact, formatCount } from "../../../logic/format/index.ts";
import { KIND_STYLES } from "../../../logic/palette/index.ts";
import { toggle } from "../../../logic/view/index.ts";
import { KindMark } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { useFacets } from "./use-facets.ts";

/** The kinds, each with how many there are; also the legend of the colours. */
export function KindToggles() {
  const { view } = useRun();
  const kinds = useView((one) => one.filter.kinds);
  const facets = useFacets("kinds");
  return (
    <fieldset className="kind-toggles" aria-label="Kinds of event">
      {EVENT_TYPES.map((kind) => {
        const count = facets?.kinds[kind] ?? 0;
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={kinds.includes(kind)}
            className={kinds.length > 0 && !kinds.includes(kind) ? "off" : undefined}
            title={`${KIND_STYLES[kind].meaning}. ${formatCount(count)} here.`}
            onClick={() => view.setFilter({ kinds: toggle(kinds, kind) })}
          >
            <KindMark kind={kind} />
            <span>{kind[0] + kind.slice(1).toLowerCase()}</span>
            <span className="count">{facets ? formatCompact(count) : "…"}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
