import { didYouMean } from "@llm-sim/events/naming";
import { COMPARISONS, type Expression, FILTERS, type Path } from "./syntax.ts";
import { TemplateError, type TemplatePlace } from "./template-error.ts";

const TOKEN =
  /\s*(?:(?<number>-?\d+(?:\.\d+)?)|(?<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>==|!=|<=|>=|[<>()[\].,|]))/uy;

interface Token {
  is: "number" | "text" | "word" | "sign";
  text: string;
  at: TemplatePlace;
}

const WORDS = { true: true, false: false, null: null, none: null } as const;
const RESERVED = new Set(["and", "or", "not", "in", "is", "defined", ...Object.keys(WORDS)]);

/** What stands between `{{` and `}}`, or behind the first word of a block. */
export class ExpressionParser {
  readonly #tokens: Token[];
  readonly #end: TemplatePlace;
  readonly #names: ReadonlySet<string>;
  readonly #used: Set<string>;
  #next = 0;

  /**
   * @param start where the text begins, on one line or several
   * @param names what a path may begin with
   * @param used what paths do begin with is added to these
   */
  constructor(text: string, start: TemplatePlace, names: ReadonlySet<string>, used: Set<string>) {
    this.#names = names;
    this.#used = used;
    this.#tokens = [];
    let at = 0;
    for (;;) {
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(text);
      if (!found) break;
      const [is, token = ""] =
        Object.entries(found.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
      at = TOKEN.lastIndex;
      this.#tokens.push({ is: kindOf(is), text: token, at: placeAt(text, at - token.length, start) });
    }
    const rest = text.slice(at).trimStart();
    this.#end = placeAt(text, text.length - rest.length, start);
    if (rest !== "") {
      const hint = rest.startsWith("=") ? ": equality is ==" : "";
      throw new TemplateError(`${JSON.stringify(rest.slice(0, 1))} means nothing here${hint}`, this.#end);
    }
  }

  /** One expression, and nothing behind it. */
  whole(): Expression {
    const expression = this.expression();
    this.end();
    return expression;
  }

  expression(): Expression {
    let left = this.#and();
    while (this.word("or")) left = { is: "or", left, right: this.#and() };
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#next];
    if (token) throw new TemplateError(`${JSON.stringify(token.text)} is one too many here`, token.at);
  }

  /** Takes the word, where it comes next. */
  word(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.is !== "word" || token.text !== word) return false;
    this.#next++;
    return true;
  }

  sign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.is !== "sign" || token.text !== sign) return false;
    this.#next++;
    return true;
  }

  /** A name of the template's own. */
  name(): string {
    const token = this.#take("a name");
    if (token.is === "word" && !RESERVED.has(token.text)) return token.text;
    throw new TemplateError(`expected a name, not ${JSON.stringify(token.text)}`, token.at);
  }

  #and(): Expression {
    let left = this.#not();
    while (this.word("and")) left = { is: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.word("not") ? { is: "not", of: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#filtered();
    const at = this.#tokens[this.#next]?.at ?? this.#end;
    const sign = COMPARISONS.find((known) => this.sign(known));
    if (sign) return { is: "comparison", sign, left, right: this.#filtered(), at };
    if (this.word("in")) return { is: "contained", member: left, in: this.#filtered(), isNegated: false, at };
    if (this.word("is")) {
      const isNegated = this.word("not");
      if (left.is !== "path" || !this.word("defined"))
        throw new TemplateError("expected: NAME is defined, or NAME is not defined", at);
      return { is: "defined", path: left, isNegated };
    }
    if (!this.word("not")) return left;
    if (!this.word("in")) throw new TemplateError("expected: VALUE not in LIST", at);
    return { is: "contained", member: left, in: this.#filtered(), isNegated: true, at };
  }

  #filtered(): Expression {
    let of = this.#operand();
    while (this.sign("|")) {
      const token = this.#take("the name of a filter");
      const name = FILTERS.find((known) => known === token.text);
      if (!name) {
        const near = didYouMean(token.text, FILTERS) || `; there are ${FILTERS.join(", ")}`;
        throw new TemplateError(`there is no filter ${JSON.stringify(token.text)}${near}`, token.at);
      }
      of = { is: "filtered", name, of, args: this.sign("(") ? this.#args() : [], at: token.at };
    }
    return of;
  }

  #args(): (string | number)[] {
    const args: (string | number)[] = [];
    while (!this.sign(")")) {
      if (args.length > 0 && !this.sign(",")) throw new TemplateError("expected , or )", this.#here);
      const token = this.#take("a number or a text");
      if (token.is === "number") args.push(Number(token.text));
      else if (token.is === "text") args.push(textOf(token));
      else throw new TemplateError("a filter takes numbers and texts", token.at);
    }
    return args;
  }

  #operand(): Expression {
    if (this.sign("(")) {
      const inner = this.expression();
      if (!this.sign(")")) throw new TemplateError("expected )", this.#here);
      return inner;
    }
    const token = this.#take("a name, a number or a text");
    if (token.is === "number") return { is: "literal", value: Number(token.text) };
    if (token.is === "text") return { is: "literal", value: textOf(token) };
    if (token.is === "sign")
      throw new TemplateError(`expected a name, a number or a text, not ${token.text}`, token.at);
    const constant = Object.entries(WORDS).find(([word]) => word === token.text);
    if (constant) return { is: "literal", value: constant[1] };
    this.#next--;
    return this.#path();
  }

  #path(): Path {
    const at = this.#here;
    const root = this.name();
    if (!this.#names.has(root)) {
      const names = [...this.#names];
      const near = didYouMean(root, names) || `; there are ${names.join(", ")}`;
      throw new TemplateError(`there is no ${JSON.stringify(root)}${near}`, at);
    }
    this.#used.add(root);
    const steps: (string | number | Path)[] = [];
    for (;;) {
      if (this.sign(".")) {
        const token = this.#take("the name of a member");
        if (token.is !== "word")
          throw new TemplateError(`expected the name of a member, not ${token.text}`, token.at);
        steps.push(token.text);
      } else if (this.sign("[")) {
        steps.push(this.#index());
        if (!this.sign("]")) throw new TemplateError("expected ]", this.#here);
      } else if (this.#tokens[this.#next]?.text === "(" && this.#tokens[this.#next]?.is === "sign") {
        throw new TemplateError("a template calls nothing", this.#here);
      } else return { is: "path", root, steps, at };
    }
  }

  #index(): string | number | Path {
    const token = this.#take("a number, a text or a name");
    if (token.is === "number") return Number(token.text);
    if (token.is === "text") return textOf(token);
    this.#next--;
    return this.#path();
  }

  get #here(): TemplatePlace {
    return this.#tokens[this.#next]?.at ?? this.#end;
  }

  #take(expected: string): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new TemplateError(`expected ${expected}`, this.#end);
    this.#next++;
    return token;
  }
}

function kindOf(group: string | undefined): Token["is"] {
  return group === "number" || group === "text" || group === "word" ? group : "sign";
}

function textOf({ text }: Token): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => (sign === "n" ? "\n" : sign));
}

/** Where the character number `index` of a text stands that begins at `start`. */
export function placeAt(text: string, index: number, start: TemplatePlace): TemplatePlace {
  const before = text.slice(0, index).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return before.length === 1
    ? { ...start, column: start.column + column - 1 }
    : { ...start, line: start.line + before.length - 1, column };
}
