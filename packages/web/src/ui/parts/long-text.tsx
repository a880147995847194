import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { formatCount, plural } from "../../logic/format/index.ts";
import {
  findHits,
  foldedStretch,
  isReadAtAGlance,
  isWhole,
  type Stretch,
  showing,
} from "../../logic/text/index.ts";
import { CopyButton } from "./copy-text.tsx";
import { Highlighted } from "./highlighted.tsx";
import { Icon } from "./icon.tsx";
import { FindField, ReadingForms, type ShownForm, TextBody, useReadingForm } from "./text/index.ts";

interface LongTextProps {
  text: string;
  /** What it is, as in `Copy the reasoning`: `the reasoning`. */
  label: string;
  /** Marked from the start: what the page looks for. */
  sought?: string | undefined;
  /** The one before it, of the same kind: what changed can be shown. */
  before?: string | undefined;
}

/**
 * A text to be read: its lines as they are, as written or rendered as Markdown, folded where it is long, to be searched and copied.
 * A short one is nothing but its words.
 */
export function LongText(props: LongTextProps) {
  const { text, sought = "" } = props;
  if (isReadAtAGlance(text) && props.before === undefined)
    return (
      <span className="text-short" dir="auto">
        <Highlighted text={text} sought={sought} />
      </span>
    );
  return <Reader key={`${sought}\n${text}`} {...props} sought={sought} />;
}

function Reader({ text, label, sought, before }: LongTextProps & { sought: string }) {
  const folded = useMemo(() => foldedStretch(text), [text]);
  const known = useMemo(() => findHits([text], sought), [text, sought]);
  const [shown, setShown] = useState<Stretch>(() => {
    const [first] = known.hits;
    return first ? showing(text, folded, first) : folded;
  });
  const [typed, setTyped] = useState(known.hits.length > 0 ? sought : "");
  const [isFinding, setFinding] = useState(known.hits.length > 0);
  const [current, setCurrent] = useState<number>();
  const [isComparing, setComparing] = useState(false);
  const form = useReadingForm();
  const mark = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const wanted = useDeferredValue(typed);
  const found = useMemo(() => findHits([text], wanted), [text, wanted]);
  const shownForm: ShownForm = isComparing ? "changes" : form;

  function jump(step: number): void {
    const { hits } = found;
    if (hits.length === 0) return;
    const next = current === undefined ? (step > 0 ? 0 : hits.length - 1) : current + step;
    const number = (next + hits.length) % hits.length;
    const hit = hits[number];
    if (!hit) return;
    setComparing(false);
    setShown(showing(text, shown, hit));
    setCurrent(number);
  }
  useLayoutEffect(() => {
    if (current !== undefined) mark.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const wasFinding = useRef(isFinding);
  useEffect(() => {
    if (isFinding && !wasFinding.current) field.current?.focus();
    wasFinding.current = isFinding;
  }, [isFinding]);

  return (
    <article className="long-text" aria-label={label}>
      <header>
        <span className="count" title={plural(text.split("\n").length, "line")}>
          {formatCount(text.length)} characters
        </span>
        <span className="spacer" />
        <ReadingForms
          shown={shownForm}
          canCompare={before !== undefined}
          onChange={(next) => setComparing(next === "changes")}
        />
        {isFinding ? (
          <span className="long-text-find">
            <FindField
              field={field}
              within={label}
              typed={typed}
              onType={(next) => {
                setTyped(next);
                setCurrent(undefined);
                if (next === "") setFinding(false);
              }}
              onJump={jump}
              current={current}
              found={found}
              isReading={typed !== wanted}
            />
          </span>
        ) : (
          <button
            type="button"
            className="button quiet"
            aria-label={`Find in ${label}`}
            title={`Find in ${label}`}
            onClick={() => setFinding(true)}
          >
            <Icon name="search" />
          </button>
        )}
        <CopyButton text={text} label={`Copy ${label}`} />
        {!isWhole(text, folded) && !(shown.from === folded.from && shown.to === folded.to) && (
          <button type="button" className="button quiet" onClick={() => setShown(folded)}>
            Fold
          </button>
        )}
      </header>
      <TextBody
        text={text}
        form={shownForm}
        before={before}
        shown={shown}
        onShow={setShown}
        found={found}
        at={0}
        current={current}
        currentMark={mark}
        wanted={wanted}
      />
    </article>
  );
}
