import type { Stretch } from "../../../logic/text/index.ts";

/** In other elements than these a text goes on over their edges. */
const BLOCKS = new Set("p li pre blockquote td th tr ul ol table div".split(" "));

/**
 * Wraps what is found in an element's text, over the edges of inline elements, in `mark`s.
 *
 * @param find given the whole text, blocks on lines of their own: where what is sought stands, ascending
 * @param current which of them is the one that was jumped to; the last where there are not so many
 * @returns the first element of that one
 */
export function markIn(
  root: HTMLElement,
  find: (text: string) => readonly Stretch[],
  current: number | undefined,
): HTMLElement | undefined {
  const nodes: { node: Text; from: number }[] = [];
  let text = "";
  let block: Element | null | undefined;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    const around = blockOf(node.parentElement);
    if (text !== "" && around !== block) text += "\n";
    block = around;
    nodes.push({ node, from: text.length });
    text += node.data;
  }
  const hits = find(text);
  const jumpedTo = current === undefined ? undefined : Math.min(current, hits.length - 1);
  // From the end, so that what is split off stays where it was told to be.
  let currentMark: HTMLElement | undefined;
  let last = nodes.length - 1;
  for (let number = hits.length - 1; number >= 0; number--) {
    const hit = hits[number];
    if (!hit) continue;
    while (last > 0 && (nodes[last]?.from ?? 0) >= hit.to) last--;
    for (let at = last; at >= 0; at--) {
      const piece = nodes[at];
      if (!piece || piece.from + piece.node.length <= hit.from) break;
      const mark = wrap(piece.node, hit.from - piece.from, hit.to - piece.from, number === jumpedTo);
      if (number === jumpedTo) currentMark = mark ?? currentMark;
    }
  }
  return currentMark;
}

function wrap(node: Text, from: number, to: number, isCurrent: boolean): HTMLElement | undefined {
  const start = Math.max(0, from);
  const end = Math.min(node.length, to);
  if (end <= start) return undefined;
  node.splitText(end);
  const found = start === 0 ? node : node.splitText(start);
  const mark = document.createElement("mark");
  mark.setAttribute("aria-current", String(isCurrent));
  found.replaceWith(mark);
  mark.append(found);
  return mark;
}

function blockOf(element: Element | null): Element | null {
  let block = element;
  while (block && !BLOCKS.has(block.localName)) block = block.parentElement;
  return block;
}
