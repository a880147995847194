import DOMPurify from "dompurify";
import { Marked as Parser, type Tokens } from "marked";
import { type RefObject, useLayoutEffect, useRef } from "react";
import { findHits, shownLink } from "../../../logic/text/index.ts";
import { markIn } from "./mark-in.ts";

interface RenderedMarkdownProps {
  text: string;
  /** Marked wherever it stands. */
  wanted: string;
  /** Which of the marks was jumped to. */
  current: number | undefined;
  currentMark: RefObject<HTMLElement | null>;
}

/** A text rendered as Markdown: what is no Markdown, HTML among it, stands as it was written, and nothing is ever fetched for it. */
export function RenderedMarkdown({ text, wanted, current, currentMark }: RenderedMarkdownProps) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const fragment = DOMPurify.sanitize(parser.parse(text, { async: false }), {
      ...SANITISED,
      RETURN_DOM_FRAGMENT: true,
    });
    root.current?.replaceChildren(fragment);
    if (!root.current) return;
    const mark = markIn(root.current, (whole) => findHits([whole], wanted).hits, current);
    if (mark) currentMark.current = mark;
  }, [text, wanted, current, currentMark]);
  return <div className="text-markdown" ref={root} />;
}

/** What the parser below makes, and no more. */
const SANITISED = {
  ALLOWED_TAGS:
    "p br hr strong em del code pre blockquote ul ol li table thead tbody tr th td a span #text".split(" "),
  ALLOWED_ATTR: ["href", "class", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

// Behind the sanitiser: no link is without them, whatever it let through.
DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (!(node instanceof HTMLAnchorElement)) return;
  node.rel = "noopener noreferrer";
  node.target = "_blank";
});

const parser = new Parser({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    // Headings of a prompt are none of the page's.
    heading({ tokens, depth }) {
      return `<p class="heading heading-${depth}">${this.parser.parseInline(tokens)}</p>`;
    },
    link({ href, tokens }) {
      return linked(href, this.parser.parseInline(tokens));
    },
    image: ({ href, text }) => linked(href, `image${text === "" ? "" : `: ${escaped(text)}`}`),
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    code: ({ text, lang }) =>
      `<pre>${lang ? `<span class="language">${escaped(lang)}</span>` : ""}<code>${escaped(text)}</code></pre>`,
  },
});

/** @param words as HTML */
function linked(href: string, words: string): string {
  const { address, isFollowed } = shownLink(href);
  const told = escaped(address);
  const isMailbox = `mailto:${words}` === told;
  const isSaid = words === told || words === escaped(href) || isMailbox;
  const where = isSaid ? "" : ` <span class="link-address">(${told})</span>`;
  if (!isFollowed) return `${words}${isSaid ? "" : where}`;
  return `<a href="${told}">${isSaid && !isMailbox ? told : words}</a>${where}`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
