import { useEffect, useState } from "react";
import { Icon } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";

/** Milliseconds without a key before the text is searched for: reading all of the log is begun later than asking the index. */
const TYPED = { description: 180, payload: 500 };

const WHERE = { description: "in descriptions", payload: "in payloads and prompts" } as const;

/** The text that everything on the page has to hold, and where. */
export function TextFilter() {
  const { view, places } = useRun();
  const text = useView((one) => one.filter.text);
  const searchIn = useView((one) => one.filter.searchIn);
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === view.get().filter.text) return;
    const timer = setTimeout(() => view.setFilter({ text: typed }), TYPED[searchIn]);
    return () => clearTimeout(timer);
  }, [typed, searchIn, view]);
  return (
    <span className="text-filter">
      <label className="search">
        <Icon name="search" />
        <input
          ref={places.filterText}
          type="search"
          placeholder="Text (/)"
          aria-label={`Text ${WHERE[searchIn]}`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") view.setFilter({ text: typed });
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
      </label>
      <select
        aria-label="Where the text is looked for"
        value={searchIn}
        onChange={(event) =>
          view.setFilter({ searchIn: event.target.value === "payload" ? "payload" : "description" })
        }
      >
        {Object.entries(WHERE).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </span>
  );
}
