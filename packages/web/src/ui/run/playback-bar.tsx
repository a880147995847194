import { SPEEDS } from "../../logic/view/index.ts";
import { Icon, Segmented } from "../parts/index.ts";
import { useStore } from "../use-store.ts";
import { GoToTurn } from "./go-to-turn.tsx";
import { useRun, useView } from "./session.ts";
import { stepPlayhead } from "./step-playhead.ts";

export function PlaybackBar() {
  const session = useRun();
  const { view, playback } = session;
  const playing = useStore(playback);
  const step = useView((one) => one.step);
  const speed = useView((one) => one.speed);

  return (
    <div className="playback">
      <span className="button-group">
        <button
          type="button"
          className="button icon-button"
          title={`One ${step} back (,)`}
          aria-label={`One ${step} back`}
          onClick={() => void stepPlayhead(session, -1)}
        >
          <Icon name="stepBack" />
        </button>
        <button
          type="button"
          className="button icon-button play"
          title={playing ? "Pause (space)" : "Play (space)"}
          aria-label={playing ? "Pause" : "Play"}
          onClick={playback.toggle}
        >
          <Icon name={playing ? "pause" : "play"} />
        </button>
        <button
          type="button"
          className="button icon-button"
          title={`One ${step} on (.)`}
          aria-label={`One ${step} on`}
          onClick={() => void stepPlayhead(session, 1)}
        >
          <Icon name="stepForward" />
        </button>
      </span>
      <Segmented
        label="Step"
        value={step}
        options={[
          { value: "turn", label: "by turn" },
          { value: "event", label: "by event" },
        ]}
        onChange={(next) => view.set({ step: next })}
      />
      <label className="select">
        <span className="sr-only">Speed</span>
        <select
          value={speed}
          title={step === "turn" ? "At 1×, a turn a second" : "At 1×, four events a second"}
          onChange={(event) => view.set({ speed: Number(event.target.value) })}
        >
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </label>
      <GoToTurn />
    </div>
  );
}
