import type { BatchAnswer } from "@llm-sim/api";
import { useMemo, useState } from "react";
import { agentsIn, nameOf } from "../../logic/batch/index.ts";
import { formatCount, plural } from "../../logic/format/index.ts";
import { toggle } from "../../logic/view/index.ts";
import { Popover } from "../parts/index.ts";

/** Names that are listed at once; the rest is found by typing. */
const MOST = 100;

interface VariablesMenuProps {
  answer: BatchAnswer;
  /** Those that are shown, by name. */
  shown: readonly string[];
  onChange: (names: string[]) => void;
}

/** Which variables are shown, of the world and of agents. */
export function VariablesMenu({ answer, shown, onChange }: VariablesMenuProps) {
  const [text, setText] = useState("");
  const names = useMemo(() => {
    const known = agentsIn(answer);
    return answer.variables.map((variable) => ({ name: nameOf(variable, known), kind: variable.kind }));
  }, [answer]);
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = names.filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word)));
  const leftOut = answer.variables_total - answer.variables.length;
  return (
    <Popover label="Variables">
      {() => (
        <div className="menu variables-menu">
          <input
            type="search"
            aria-label="Find a variable"
            placeholder={`Find one of ${formatCount(names.length)}`}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <fieldset className="menu-list" aria-label="Variables">
            {found.slice(0, MOST).map(({ name, kind }) => (
              <label key={name} className="menu-choice">
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  onChange={() => onChange(toggle(shown, name))}
                />
                <span className="name">{name}</span>
                {kind === "other" && <span className="count">no number</span>}
              </label>
            ))}
          </fieldset>
          {found.length > MOST && (
            <p className="menu-note">{formatCount(found.length - MOST)} more: type a part of the name</p>
          )}
          {found.length === 0 && <p className="menu-note">No variable is called so.</p>}
          {leftOut > 0 && (
            <p className="menu-note">
              {plural(leftOut, "variable")} not listed; one is shown where its name stands in the address, as{" "}
              <code>?variable=</code>
            </p>
          )}
        </div>
      )}
    </Popover>
  );
}
