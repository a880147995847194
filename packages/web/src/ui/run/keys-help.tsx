import { Icon, Popover } from "../parts/index.ts";

const KEYS: readonly [string, string][] = [
  ["space", "play, pause"],
  [", .", "one turn or event back, on"],
  ["/", "search in descriptions"],
  ["j k ↓ ↑", "next, previous event (in the events)"],
  ["Enter", "to the inspector"],
  ["← → + − 0", "pan, zoom, whole run (in the timeline)"],
  ["wheel, drag", "zoom, pan; with shift the wheel pans"],
  ["Esc", "close; show all parts again"],
];

export function KeysHelp() {
  return (
    <Popover label={<Icon name="help" />} name="Keys" title="Keys" className="quiet" align="end">
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
