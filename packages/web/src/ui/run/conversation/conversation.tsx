import type { CallAnswer } from "@llm-sim/api";
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import {
  conversationOf,
  conversationText,
  counterparts,
  isLost,
  isRepeated,
  type Part,
  partsOf,
  type Repeated,
} from "../../../logic/conversation/index.ts";
import { plural } from "../../../logic/format/index.ts";
import { findHits, foldedStretch, type Stretch, showing } from "../../../logic/text/index.ts";
import { CopyButton, FindField, Icon, Loading, ReadingForms, useReadingForm } from "../../parts/index.ts";
import { useRun, useWanted } from "../session.ts";
import { PartBlock } from "./part-block.tsx";

interface ConversationProps {
  /** The call as it differs from the asker's one before. */
  delta: CallAnswer;
  /** The same with every message, once it was asked for. */
  whole: CallAnswer | undefined;
  /** Asks for every message. */
  fetchWhole: () => Promise<CallAnswer>;
  /** Asks for the asker's call about the question before; `undefined` where there is none. */
  fetchBefore: (() => Promise<CallAnswer>) | undefined;
}

/** What was said to a model and by it, in blocks; what stood in the call before is one line until it is opened. */
export function Conversation({ delta, whole, fetchWhole, fetchBefore }: ConversationProps) {
  const sought = useWanted("payload");
  const [typed, setTyped] = useState(sought);
  const [current, setCurrent] = useState<number>();
  /** A jump that was asked for before all was read. */
  const [awaited, setAwaited] = useState<number | undefined>(sought === "" ? undefined : 1);
  const [opened, setOpened] = useState<ReadonlyMap<string, Stretch>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const { inspector } = useRun().places;
  const form = useReadingForm();
  /** What the call before said, once it is compared with; `undefined` while that is on its way. */
  const [compared, setCompared] = useState<{ with: readonly Part[] | undefined }>();
  const mark = useRef<HTMLElement>(null);
  const wanted = useDeferredValue(typed);
  const items = useMemo(() => conversationOf(delta, whole), [delta, whole]);
  const parts = useMemo(() => partsOf(items), [items]);
  const beside = useMemo(() => compared?.with && counterparts(parts, compared.with), [parts, compared]);
  async function compare(): Promise<void> {
    setCompared({ with: undefined });
    const before = await fetchBefore?.().catch(() => undefined);
    const said = before && partsOf(conversationOf(before));
    setCompared((now) => now && { with: said ?? [] });
  }
  const places = useMemo(() => new Map(parts.map(({ key }, at) => [key, at])), [parts]);
  const found = useMemo(
    () =>
      findHits(
        parts.map(({ text }) => text),
        wanted,
      ),
    [parts, wanted],
  );
  const isPartial = whole === undefined && items.some(isRepeated);
  const isReading = typed.trim() !== "" && (isPartial || typed !== wanted);

  function search(text: string): void {
    setTyped(text);
    setCurrent(undefined);
    setAwaited(undefined);
    if (isPartial && text.trim() !== "") void fetchWhole();
  }
  const show = useCallback((key: string, shown: Stretch | undefined): void => {
    setOpened((before) => {
      const next = new Map(before);
      if (shown) next.set(key, shown);
      else next.delete(key);
      return next;
    });
  }, []);
  function unfold(key: string): void {
    setUnfolded((before) => new Set(before).add(key));
  }
  function jump(step: number): void {
    const { hits } = found;
    setAwaited(isReading ? step : undefined);
    if (isReading || hits.length === 0) return;
    const next = current === undefined ? (step > 0 ? 0 : hits.length - 1) : current + step;
    const number = (next + hits.length) % hits.length;
    const hit = hits[number];
    const part = hit && parts[hit.part];
    if (!hit || !part) return;
    setCompared(undefined);
    show(part.key, showing(part.text, opened.get(part.key) ?? foldedStretch(part.text), hit));
    const group = items.find((item) => isRepeated(item) && item.parts?.includes(part));
    if (group) unfold(group.key);
    setCurrent(number);
  }
  useLayoutEffect(() => {
    if (current !== undefined) centre(mark.current, inspector.current);
  }, [current, inspector]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the page looks for is looked for from the start
  useEffect(() => {
    if (sought !== "" && isPartial) void fetchWhole();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once all is read
  useEffect(() => {
    if (awaited !== undefined && !isReading) jump(awaited);
  }, [awaited, isReading]);

  const jumpedTo = current === undefined ? undefined : found.hits[current]?.part;
  const block = (part: Part) => {
    const at = places.get(part.key) ?? 0;
    return (
      <PartBlock
        key={part.key}
        part={part}
        at={at}
        shown={opened.get(part.key)}
        found={found}
        current={at === jumpedTo ? current : undefined}
        currentMark={mark}
        wanted={wanted}
        form={beside ? "changes" : form}
        before={beside && (beside.get(part.key) ?? "")}
        onShow={show}
      />
    );
  };
  if (items.length === 0) return null;
  return (
    <div className="conversation">
      <div className="conversation-tools">
        <FindField
          within="the conversation"
          typed={typed}
          onType={search}
          onJump={jump}
          current={current}
          found={found}
          isReading={isReading}
        />
        <span className="spacer" />
        <ReadingForms
          shown={compared ? "changes" : form}
          canCompare={fetchBefore !== undefined}
          onChange={(next) => (next === "changes" ? void compare() : setCompared(undefined))}
        />
        <CopyButton
          label="Copy the whole conversation"
          text={async () =>
            conversationText(partsOf(isPartial ? conversationOf(delta, await fetchWhole()) : items))
          }
        >
          Copy
        </CopyButton>
      </div>
      {compared && !compared.with && <Loading label="Reading the call before" />}
      {compared?.with?.length === 0 && (
        <p className="note">What the call before said is not on a tape: all of this one is shown as new.</p>
      )}
      {items.map((item) =>
        isRepeated(item) ? (
          <Before
            key={item.key}
            group={item}
            isOpen={unfolded.has(item.key)}
            onToggle={() => {
              if (unfolded.has(item.key))
                setUnfolded((before) => new Set([...before].filter((key) => key !== item.key)));
              else {
                unfold(item.key);
                void fetchWhole();
              }
            }}
          >
            {item.parts?.map(block)}
          </Before>
        ) : isLost(item) ? (
          <p key={item.key} className="note warning-note">
            A message that cannot be read from the tape
          </p>
        ) : (
          block(item)
        ),
      )}
    </div>
  );
}

/** In the inspector alone: what is around it does not move. */
function centre(element: Element | null, scroller: Element | null): void {
  if (!element || !scroller) return;
  const [box, port] = [element.getBoundingClientRect(), scroller.getBoundingClientRect()];
  scroller.scrollTop += box.top + box.height / 2 - (port.top + port.height / 2);
}

interface BeforeProps {
  group: Repeated;
  isOpen: boolean;
  onToggle: () => void;
  children: React.ReactNode;
}

function Before({ group, isOpen, onToggle, children }: BeforeProps) {
  return (
    <>
      <button type="button" className="part-before" aria-expanded={isOpen} onClick={onToggle}>
        <Icon name={isOpen ? "down" : "right"} />
        {plural(group.count, "message")} as in the call before
      </button>
      {isOpen && (group.parts ? children : <Loading label="Reading them" />)}
    </>
  );
}
