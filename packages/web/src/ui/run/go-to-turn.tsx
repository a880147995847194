import { useState } from "react";
import { formatCount } from "../../logic/format/index.ts";
import { Popover, useFirstFocus } from "../parts/index.ts";
import { useRun, useTip, useTurn } from "./session.ts";

/** Which turn the page is at, and the way to another by its number. */
export function GoToTurn() {
  const { places } = useRun();
  const { turns } = useTip();
  const turn = useTurn();
  return (
    <Popover
      className="quiet turn-button"
      title="Go to a turn (g)"
      toggle={places.goToTurn}
      label={
        <span className="turn-counter">
          turn <b>{formatCount(turn)}</b> of {formatCount(turns)}
        </span>
      }
    >
      {(close) => <TurnForm close={close} />}
    </Popover>
  );
}

function TurnForm({ close }: { close: () => void }) {
  const { view, playback, summary } = useRun();
  const [typed, setTyped] = useState("");
  const first = useFirstFocus<HTMLInputElement>();
  return (
    <form
      className="menu"
      onSubmit={(event) => {
        event.preventDefault();
        playback.stop();
        view.set({ playhead: { turn: Math.min(summary.turns, Number(typed)) }, follow: false });
        close();
      }}
    >
      <label className="row">
        Turn
        <input
          ref={first}
          type="number"
          min={0}
          max={summary.turns}
          required
          placeholder={`0 to ${summary.turns}`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button button-primary">
          Go
        </button>
      </label>
    </form>
  );
}
