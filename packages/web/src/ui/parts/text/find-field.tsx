import type { RefObject } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import type { Hits } from "../../../logic/text/index.ts";
import { Icon } from "../icon.tsx";

interface FindFieldProps {
  /** What it finds words in: `the conversation`. */
  within: string;
  typed: string;
  onType: (text: string) => void;
  /** To the hit so many further on. */
  onJump: (step: number) => void;
  current: number | undefined;
  found: Hits;
  /** Whether a part of what is searched is still on its way. */
  isReading: boolean;
  field?: RefObject<HTMLInputElement | null>;
}

/** Finds words in a text: how often they are there, and from one to the next. */
export function FindField({
  field,
  within,
  typed,
  onType,
  onJump,
  current,
  found,
  isReading,
}: FindFieldProps) {
  const { hits, hasMore } = found;
  const count = `${formatCount(hits.length)}${hasMore ? "+" : ""}`;
  const isSearching = typed.trim() !== "";
  return (
    <>
      <label className="search">
        <Icon name="search" />
        <span className="sr-only">Find in {within}</span>
        <input
          ref={field}
          type="search"
          placeholder={`Find in ${within}`}
          value={typed}
          onChange={(event) => onType(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && typed !== "") onType("");
            else if (event.key === "Enter") onJump(event.shiftKey ? -1 : 1);
            else return;
            event.preventDefault();
          }}
        />
      </label>
      {isSearching && (
        <>
          <span className="count" role="status">
            {isReading
              ? "…"
              : current === undefined
                ? `${count} found`
                : `${formatCount(current + 1)} of ${count}`}
          </span>
          <span className="button-group">
            <button
              type="button"
              className="button icon-button find-before"
              aria-label="Find the one before"
              title="The one before (shift Enter)"
              disabled={!isReading && hits.length === 0}
              onClick={() => onJump(-1)}
            >
              <Icon name="down" />
            </button>
            <button
              type="button"
              className="button icon-button"
              aria-label="Find the next one"
              title="The next one (Enter)"
              disabled={!isReading && hits.length === 0}
              onClick={() => onJump(1)}
            >
              <Icon name="down" />
            </button>
          </span>
        </>
      )}
    </>
  );
}
