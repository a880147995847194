import { memo, type RefObject } from "react";
import {
  chunksOf,
  foldedStretch,
  type Hits,
  isWhole,
  type Part,
  type Piece,
  piecesOf,
  type Stretch,
  speakerLabel,
  widened,
} from "../../../logic/conversation/index.ts";
import { formatCount, plural } from "../../../logic/format/index.ts";
import { CopyButton } from "../../parts/index.ts";

interface PartBlockProps {
  part: Part;
  /** Its place among the parts that are searched. */
  at: number;
  /** What of it is shown; as it is at first where nobody has opened it. */
  shown: Stretch | undefined;
  found: Hits;
  /** The hit that was jumped to, by its number. */
  current: number | undefined;
  currentMark: RefObject<HTMLElement | null>;
  onShow: (key: string, shown: Stretch | undefined) => void;
}

/** Something that was said: by whom, how long it is, and as much of it as is unfolded. */
export const PartBlock = memo(function PartBlock(props: PartBlockProps) {
  const { part, at, shown: opened, found, current, currentMark, onShow } = props;
  const { key, speaker, text } = part;
  const folded = foldedStretch(text);
  const shown = opened ?? folded;
  const label = speakerLabel(part);
  return (
    <section className={`part part-${speaker}`} aria-label={label}>
      <header>
        <h4 dir="auto">{label}</h4>
        {!isWhole(text, folded) && (
          <span className="count">
            {plural(text.length, "character")}, {plural(text.split("\n").length, "line")}
          </span>
        )}
        <span className="spacer" />
        {opened && !isWhole(text, folded) && (
          <button type="button" className="button quiet" onClick={() => onShow(key, undefined)}>
            Fold
          </button>
        )}
        <CopyButton text={text} label={`Copy what ${label} said`} />
      </header>
      {shown.from > 0 && (
        <More count={shown.from} onClick={() => onShow(key, widened(text, shown, "before"))}>
          before
        </More>
      )}
      <div className="part-text" dir="auto">
        {chunksOf(text, shown).map((chunk) => (
          <div key={chunk.from} style={{ containIntrinsicBlockSize: `auto ${chunk.lines * 1.5}em` }}>
            <Marked pieces={piecesOf(text, at, chunk, found)} current={current} currentMark={currentMark} />
          </div>
        ))}
      </div>
      {shown.to < text.length && (
        <More count={text.length - shown.to} onClick={() => onShow(key, widened(text, shown, "after"))}>
          more
        </More>
      )}
    </section>
  );
});

interface MarkedProps extends Pick<PartBlockProps, "current" | "currentMark"> {
  pieces: readonly Piece[];
}

function Marked({ pieces, current, currentMark }: MarkedProps) {
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
    <button type="button" className="part-more" onClick={onClick}>
      … {formatCount(count)} characters {children}
    </button>
  );
}
