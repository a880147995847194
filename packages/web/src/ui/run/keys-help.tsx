import { Icon, Popover } from "../parts/index.ts";
import { useRun } from "./session.ts";

const KEYS: readonly [string, string][] = [
  ["space", "play, pause"],
  [", .", "one turn or event back, on"],
  ["g", "go to a turn"],
  ["j k", "next, previous event; in the events also ↓ ↑"],
  ["/", "search in descriptions"],
  ["c", "when did it become true: a condition"],
  ["n p", "next, previous moment at which it did"],
  ["Ctrl K", "find anything: agents, variables, events, runs, commands"],
  ["Enter", "to the inspector"],
  ["← → + − 0", "pan, zoom, whole run (in the timeline)"],
  ["wheel, drag", "zoom, pan; with shift the wheel pans"],
  ["?", "these keys"],
  ["Esc", "close; show all parts again; the overview"],
  ["Ctrl P", "print a report of the view"],
];

export function KeysHelp() {
  const { places } = useRun();
  return (
    <Popover
      toggle={places.keys}
      label={<Icon name="help" />}
      name="Keys"
      title="Keys (?)"
      className="quiet"
      align="end"
    >
      {() => (
        <dl className="keys">
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </Popover>
  );
}
