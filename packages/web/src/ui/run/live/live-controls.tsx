import { formatCount } from "../../../logic/format/index.ts";
import { useRun, useView } from "../session.ts";
import { useLive } from "./use-live.ts";

/** While the run is being written: whether it streams in, what is new, and keeping to its end. */
export function LiveControls() {
  const { view, summary, pager } = useRun();
  const follow = useView((one) => one.follow);
  const atEnd = useView((one) => one.playhead === undefined);
  const live = useLive();
  if (!live) return null;
  const toEnd = () => view.set({ follow: true, playhead: undefined });
  return (
    <div className="live" role="status">
      {live.state === "reconnecting" && <span className="live-note">Connection lost, reconnecting …</span>}
      {live.state === "ended" && <span className="live-note">{`The run has ended: ${summary.status}`}</span>}
      {live.unseen > 0 && !(follow && atEnd) && (
        <button type="button" className="button button-primary" onClick={toEnd}>
          {formatCount(live.unseen)} new
        </button>
      )}
      {live.state !== "ended" && (
        <button
          type="button"
          className="button"
          aria-pressed={follow}
          title="Keep to the end of the run"
          disabled={pager.total === undefined}
          onClick={() => (follow ? view.set({ follow: false, playhead: { turn: summary.turns } }) : toEnd())}
        >
          Follow
        </button>
      )}
    </div>
  );
}
