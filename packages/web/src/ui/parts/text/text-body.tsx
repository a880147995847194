import { lazy, type RefObject, Suspense } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import {
  chunksOf,
  type Hits,
  type Piece,
  piecesOf,
  type Stretch,
  widened,
} from "../../../logic/text/index.ts";
import type { ShownForm } from "./reading-form.tsx";
import "../../../styles/parts/text.css";

// Parser and sanitiser, and what compares texts, are some 90 KB of script that only who asks for them needs.
const RenderedMarkdown = lazy(() =>
  import("./rendered-markdown.tsx").then((part) => ({ default: part.RenderedMarkdown }), notLoaded),
);
const TextChanges = lazy(() =>
  import("./text-changes.tsx").then((part) => ({ default: part.TextChanges }), notLoaded),
);

/** The rest of the page is worth more than this form of one text. */
function notLoaded() {
  return {
    default: () => (
      <p className="note text-plain">
        This form could not be loaded: the server did not answer. Load the page anew.
      </p>
    ),
  };
}

interface TextBodyProps {
  text: string;
  form: ShownForm;
  /** What `changes` compares the text with. */
  before?: string | undefined;
  shown: Stretch;
  onShow: (shown: Stretch) => void;
  found: Hits;
  /** Its place among the texts that `found` is of. */
  at: number;
  /** The hit that was jumped to, by its number. */
  current: number | undefined;
  /** Holds its mark. */
  currentMark: RefObject<HTMLElement | null>;
  /** What `found` was found by. */
  wanted: string;
}

/** A text, as much of it as is unfolded, with what was found in it marked. */
export function TextBody(props: TextBodyProps) {
  const { text, form, before, shown, onShow, found, at, current, currentMark, wanted } = props;
  if (form === "changes" && before !== undefined)
    return (
      <Suspense fallback={<p className="note text-plain">Comparing …</p>}>
        <TextChanges before={before} after={text} />
      </Suspense>
    );
  const plain = (
    <div className="text-plain" dir="auto">
      {chunksOf(text, shown).map((chunk) => (
        <div key={chunk.from} style={{ containIntrinsicBlockSize: `auto ${chunk.lines * 1.5}em` }}>
          <Marked pieces={piecesOf(text, at, chunk, found)} current={current} currentMark={currentMark} />
        </div>
      ))}
    </div>
  );
  return (
    <>
      {shown.from > 0 && (
        <More count={shown.from} onClick={() => onShow(widened(text, shown, "before"))}>
          before
        </More>
      )}
      {form === "markdown" ? (
        <Suspense fallback={plain}>
          <RenderedMarkdown
            text={text.slice(shown.from, shown.to)}
            wanted={wanted}
            current={current === undefined ? undefined : hitsBefore(found, at, shown, current)}
            currentMark={currentMark}
          />
        </Suspense>
      ) : (
        plain
      )}
      {shown.to < text.length && (
        <More count={text.length - shown.to} onClick={() => onShow(widened(text, shown, "after"))}>
          more
        </More>
      )}
    </>
  );
}

/** How many hits of the shown stretch stand before the current one. */
function hitsBefore({ hits }: Hits, at: number, shown: Stretch, current: number): number {
  let before = 0;
  for (let number = current - 1; number >= 0; number--) {
    const hit = hits[number];
    if (!hit || hit.part !== at || hit.from < shown.from) break;
    before++;
  }
  return before;
}

interface MarkedProps extends Partial<Pick<TextBodyProps, "current" | "currentMark">> {
  pieces: readonly Piece[];
}

/** A text with what was found in it. */
export function Marked({ pieces, current, currentMark }: MarkedProps) {
  return pieces.map(({ text, hit }, place) =>
    hit === undefined ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a hit has nothing but its place
      <mark key={place} ref={hit === current ? currentMark : undefined} aria-current={hit === current}>
        {text}
      </mark>
    ),
  );
}

function More({ count, onClick, children }: { count: number; onClick: () => void; children: string }) {
  return (
    <button type="button" className="text-more" onClick={onClick}>
      … {formatCount(count)} characters {children}
    </button>
  );
}
