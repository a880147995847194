import { formatCount, plural } from "../../../logic/format/index.ts";
import type { SearchState } from "../../../logic/search/index.ts";
import { GapMark } from "../../parts/index.ts";
import { useRun, useSearch } from "../session.ts";

/** How a search in payloads and prompts goes; it can be stopped, and gone on with. */
export function SearchProgress() {
  const { search } = useRun();
  const state = useSearch();
  const { phase } = state;
  if (phase === "off") return null;
  return (
    <span className={`search-progress search-${phase}`}>
      {/* What changes twice a second is not read aloud each time. */}
      <span className="sr-only" role="status">
        {SPOKEN[phase](state)}
      </span>
      {phase !== "done" && (
        <progress aria-label="Searched" max={Math.max(1, state.of)} value={state.scanned} />
      )}
      <span>{SHOWN[phase](state)}</span>
      {phase === "done" && <GapMark gaps={state.gaps.filter(({ kind }) => kind === "tape")} />}
      {phase === "running" && (
        <button type="button" className="button" onClick={() => search.stop()}>
          Stop
        </button>
      )}
      {(phase === "stopped" || phase === "failed") && (
        <button type="button" className="button" onClick={() => search.goOn()}>
          Go on
        </button>
      )}
    </span>
  );
}

type Told = Record<Exclude<SearchState["phase"], "off">, (state: SearchState) => string>;

const SHOWN: Told = {
  running: (state) => `searching … ${percent(state)} · ${formatCount(state.hits)} so far`,
  stopped: (state) => `stopped at ${percent(state)}${turnOf(state)} · ${formatCount(state.hits)} so far`,
  failed: (state) => `broke off at ${percent(state)}${turnOf(state)} · ${formatCount(state.hits)} so far`,
  done: ({ hits }) => `${formatCount(hits)} found`,
};

const SPOKEN: Told = {
  running: () => "Searching",
  stopped: (state) => `Search stopped at ${percent(state)}`,
  failed: () => "The search broke off",
  done: ({ hits }) => `${plural(hits, "event")} found`,
};

function percent({ scanned, of }: SearchState): string {
  return `${of === 0 ? 0 : Math.floor((100 * scanned) / of)} %`;
}

function turnOf({ turn }: SearchState): string {
  return turn === undefined ? "" : `, turn ${formatCount(turn)}`;
}
