import { memo, type RefObject } from "react";
import { type Part, speakerLabel } from "../../../logic/conversation/index.ts";
import { plural } from "../../../logic/format/index.ts";
import { foldedStretch, type Hits, isWhole, type Stretch } from "../../../logic/text/index.ts";
import { CopyButton, type ShownForm, TextBody } from "../../parts/index.ts";

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
  wanted: string;
  form: ShownForm;
  /** What the same speaker said there in the call before. */
  before: string | undefined;
  onShow: (key: string, shown: Stretch | undefined) => void;
}

/** Something that was said: by whom, how long it is, and as much of it as is unfolded. */
export const PartBlock = memo(function PartBlock(props: PartBlockProps) {
  const { part, at, shown: opened, found, current, currentMark, wanted, form, before, onShow } = props;
  const { key, speaker, text } = part;
  const folded = foldedStretch(text);
  const shown = opened ?? folded;
  const label = speakerLabel(part);
  return (
    <article className={`part part-${speaker}`} aria-label={label}>
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
      <TextBody
        text={text}
        form={form}
        before={before}
        shown={shown}
        onShow={(next) => onShow(key, next)}
        found={found}
        at={at}
        current={current}
        currentMark={currentMark}
        wanted={wanted}
      />
    </article>
  );
});
