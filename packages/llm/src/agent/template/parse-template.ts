import { ExpressionParser, placeAt } from "./parse-expression.ts";
import { LOOP, type Node } from "./syntax.ts";
import { TemplateError, type TemplatePlace } from "./template-error.ts";

// A tag, or a comment; alone on its line, a block or a comment takes the line with it.
const TAG = /\{\{(?<value>.*?)\}\}|\{%(?<block>.*?)%\}|\{#.*?#\}/gs;
const ALONE_BEFORE = /(?:^|\n)[ \t]*$/;
const ALONE_AFTER = /^[ \t]*(?:\n|$)/;

type Tag = { is: "value" | "block"; text: string; at: TemplatePlace };

/**
 * Reads a template.
 *
 * @param names what it may show
 * @throws TemplateError
 */
export function parseTemplate(
  given: string,
  file: string,
  names: readonly string[],
): { nodes: readonly Node[]; used: ReadonlySet<string> } {
  const text = given.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const parts = [...partsOf(text, file)];
  const used = new Set<string>();
  const reader = new TemplateReader(parts, used);
  const { body, end } = reader.body(new Set(names));
  if (end) throw new TemplateError(`${end.word} ends nothing here`, end.at);
  return { nodes: body, used };
}

function* partsOf(text: string, file: string): Generator<string | Tag> {
  const start = { file, line: 1, column: 1 };
  let at = 0;
  for (const found of text.matchAll(TAG)) {
    const { index } = found;
    const { value, block } = found.groups ?? {};
    const end = index + found[0].length;
    const isAlone =
      value === undefined && ALONE_BEFORE.test(text.slice(0, index)) && ALONE_AFTER.test(text.slice(end));
    const before = text.slice(at, index);
    yield checked(isAlone ? before.replace(/[ \t]*$/, "") : before, text, at, start);
    at = end;
    if (isAlone) at += (ALONE_AFTER.exec(text.slice(end))?.[0] ?? "").length;
    const inside = value ?? block;
    if (inside === undefined) continue;
    yield { is: value === undefined ? "block" : "value", text: inside, at: placeAt(text, index + 2, start) };
  }
  yield checked(text.slice(at), text, at, start);
}

/** A tag that does not end would be shown to the model as it is. */
function checked(part: string, text: string, from: number, start: TemplatePlace): string {
  const opening = /\{\{|\{%|\{#/.exec(part);
  if (!opening) return part;
  const ends = { "{{": "}}", "{%": "%}", "{#": "#}" }[opening[0]] ?? "";
  throw new TemplateError(`${opening[0]} has no ${ends}`, placeAt(text, from + opening.index, start));
}

interface End {
  word: string;
  rest: ExpressionParser;
  at: TemplatePlace;
}

const BLOCKS = ["if", "elif", "else", "endif", "for", "endfor"];

class TemplateReader {
  readonly #parts: readonly (string | Tag)[];
  /** What is shown, by its name; what loops name among it. */
  readonly #used: Set<string>;
  #next = 0;

  constructor(parts: readonly (string | Tag)[], used: Set<string>) {
    this.#parts = parts;
    this.#used = used;
  }

  /** Up to the block that ends it, or to the end. */
  body(names: ReadonlySet<string>): { body: Node[]; end?: End } {
    const body: Node[] = [];
    for (;;) {
      const part = this.#parts[this.#next++];
      if (part === undefined) return { body };
      if (typeof part === "string") {
        if (part !== "") body.push(part);
        continue;
      }
      const { is, text, at } = part;
      if (is === "value") {
        body.push({ is: "value", of: new ExpressionParser(text, at, names, this.#used).whole(), at });
        continue;
      }
      const word = BLOCKS.find((known) => new RegExp(`^\\s*${known}\\b`).test(text));
      if (word === undefined) {
        const given = JSON.stringify(text.trim().split(/\s/)[0]);
        throw new TemplateError(`there is no block ${given}; there are ${BLOCKS.join(", ")}`, at);
      }
      const rest = new ExpressionParser(text, at, names, this.#used);
      rest.word(word);
      if (word === "if") body.push(this.#if(rest, at, names));
      else if (word === "for") body.push(this.#for(rest, at, names));
      else return { body, end: { word, rest, at } };
    }
  }

  #if(condition: ExpressionParser, at: TemplatePlace, names: ReadonlySet<string>): Node {
    const branches: { when: ReturnType<ExpressionParser["whole"]>; body: Node[] }[] = [];
    let when = condition.whole();
    for (;;) {
      const { body, end } = this.body(names);
      branches.push({ when, body });
      if (end?.word === "elif") when = end.rest.whole();
      else return { is: "if", branches, otherwise: this.#otherwise(end, "endif", at, names) };
    }
  }

  #for(head: ExpressionParser, at: TemplatePlace, names: ReadonlySet<string>): Node {
    const own = [head.name()];
    if (head.sign(",")) own.push(head.name());
    if (!head.word("in"))
      throw new TemplateError("expected: for ITEM in LIST, or for KEY, VALUE in MAPPING", at);
    const of = head.whole();
    const { body, end } = this.body(new Set([...names, ...own, LOOP]));
    return { is: "for", names: own, of, body, otherwise: this.#otherwise(end, "endfor", at, names), at };
  }

  #otherwise(
    end: End | undefined,
    last: "endif" | "endfor",
    at: TemplatePlace,
    names: ReadonlySet<string>,
  ): Node[] {
    let closing = end;
    let otherwise: Node[] = [];
    if (closing?.word === "else") {
      closing.rest.end();
      ({ body: otherwise, end: closing } = this.body(names));
    }
    if (closing?.word !== last) {
      throw closing
        ? new TemplateError(`expected ${last}, not ${closing.word}`, closing.at)
        : new TemplateError(`this block has no ${last}`, at);
    }
    closing.rest.end();
    return otherwise;
  }
}
