import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTemplateError, Template } from "./index.ts";

const NAMES = ["me", "offers", "list", "text", "none", "turn", "absent", "odd"];
const VALUES = {
  me: { wealth: 12.345, bag: { gold: 2 }, debts: {}, friends: ["bob", "cy"], "odd key": 1, quiet: undefined },
  offers: { bob: { price: 3 }, cy: { price: 4.5 } },
  list: [1, 2, 3],
  text: "Dr. Smith",
  none: null,
  turn: 3,
  odd: { fn: () => 1, map: new Map(), big: Number.POSITIVE_INFINITY, date: new Date(0) },
};

const rendered = (text: string, values: Record<string, unknown> = VALUES) =>
  new Template(text, "user.md", NAMES).render(values);

function refused(text: string): string {
  try {
    return `rendered: ${rendered(text)}`;
  } catch (error) {
    if (isTemplateError(error)) return error.message;
    throw error;
  }
}

describe("a template", () => {
  it.each([
    ["You have {{ me.wealth }}.", "You have 12.345."],
    ["{{ me.wealth | fixed(2) }} {{ turn | fixed }}", "12.35 3"],
    ['{{ me["odd key"] }} {{ me.friends[1] }} {{ offers[me.friends[0]].price }}', "1 cy 3"],
    ["{{ text }} {{ none }} {{ list }} {{ me.friends }}", 'Dr. Smith null [1, 2, 3] ["bob", "cy"]'],
    [
      "{{ offers | json }} {{ me.friends | join(' and ') }}",
      '{"bob":{"price":3},"cy":{"price":4.5}} bob and cy',
    ],
    ["{{ list | length }} {{ offers | length }} {{ text | length }}", "3 2 9"],
    ["{{ offers }}", '{\n  "bob": {\n    "price": 3\n  },\n  "cy": {\n    "price": 4.5\n  }\n}'],
    ["{{ me.debts }} {{ odd.big }}", "{} Infinity"],
    ['{{ "{{" }} {{ -2 }} {{ true }}', "{{ -2 true"],
    ["{% if me.wealth > 12 and turn == 3 %}yes{% else %}no{% endif %}", "yes"],
    ["{% if me.debts %}a{% elif list %}b{% else %}c{% endif %}", "b"],
    ["{% if not none or 0 %}a{% endif %}{% if text != 'x' %}b{% endif %}", "ab"],
    [
      "{% if 2 in list %}a{% endif %}{% if 'bob' in offers %}b{% endif %}{% if 'dan' not in offers %}c{% endif %}",
      "abc",
    ],
    ["{% if me.loan is defined %}a{% else %}b{% endif %}{% if me.bag.gold is defined %}c{% endif %}", "bc"],
    ["{% if absent is not defined %}a{% endif %}{% if me.quiet is defined %}b{% endif %}", "a"],
    ["{% if (1 < 2 or none) and 'a' <= 'b' %}a{% endif %}", "a"],
    ["{% for n in list %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}", "1, 2, 3"],
    [
      "{% for who, offer in offers %}{{ loop.index }}. {{ who }}: {{ offer.price }} {% endfor %}",
      "1. bob: 3 2. cy: 4.5",
    ],
    ["{% for who, offer in me.debts %}{{ who }}{% else %}Nobody.{% endfor %}", "Nobody."],
    ["a {# not said #}b", "a b"],
  ])("%s", (text, expected) => expect(rendered(text)).toBe(expected));

  it("has no line for a block or a comment that stands alone on one", () => {
    const text =
      "Offers:\r\n{% for who, offer in offers %}\r\n  - {{ who }}\r\n  {% endfor %}\n{# that is all #}\nDone.\n\n";
    expect(rendered(text)).toBe("Offers:\n  - bob\n  - cy\nDone.");
  });

  it.each([
    ["{{ me.welth }}", 'user.md:1:4: there is no "welth" in me; did you mean "wealth"?'],
    ["a\nb {{ me.bag.silver }}", 'user.md:2:6: there is no "silver" in me.bag'],
    ["{{ me.wealth.gold }}", "user.md:1:4: me.wealth is a number, which has no members"],
    ["{{ list[7] }}", "user.md:1:4: there is no 7 in list (it has 3 items, counted from 0)"],
    ["{{ me.constructor }}", 'user.md:1:4: there is no "constructor" in me'],
    ["{{ me.__proto__ }}", 'user.md:1:4: there is no "__proto__" in me'],
    ["{{ list.length }}", 'user.md:1:4: there is no "length" in list (it has 3 items, counted from 0)'],
    ["{{ absent }}", "user.md:1:4: there is no absent here"],
    [
      "{{ welth }}",
      'user.md:1:4: there is no "welth"; there are me, offers, list, text, none, turn, absent, odd',
    ],
    [
      "{{ odd.fn }}",
      "user.md:1:3: odd.fn is a function: a template shows numbers, texts, lists and mappings",
    ],
    ["{{ odd.map }}", "user.md:1:3: odd.map is a Map: a template shows numbers, texts, lists and mappings"],
    [
      "{{ odd | json }}",
      "user.md:1:10: odd is a function: a template shows numbers, texts, lists and mappings",
    ],
    ["{{ me.wealth() }}", "user.md:1:13: a template calls nothing"],
    [
      "{{ me.wealth | round }}",
      'user.md:1:16: there is no filter "round"; there are json, length, join, fixed',
    ],
    [
      "{{ text | fixed(2) }}",
      "user.md:1:11: text is a text: the filter fixed takes a number, and how many digits follow the point, at most 20",
    ],
    [
      "{% if turn > text %}{% endif %}",
      "user.md:1:12: turn is a number and text is a text: > is for two numbers, or two texts",
    ],
    ["{% if me == 1 %}{% endif %}", "user.md:1:10: me is a mapping: numbers and texts can be compared"],
    ["{% if turn = 3 %}{% endif %}", 'user.md:1:12: "=" means nothing here: equality is =='],
    [
      "{% for x in offers %}{% endfor %}",
      "user.md:1:3: offers is a mapping, expected a list: a mapping is gone through with for KEY, VALUE in MAPPING",
    ],
    [
      "{% for k, v in list %}{% endfor %}",
      "user.md:1:3: list is a list, expected a mapping: a list is gone through with for ITEM in LIST",
    ],
    ["{% for x in list %}", "user.md:1:3: this block has no endfor"],
    ["{% if turn %}{% endfor %}", "user.md:1:16: expected endif, not endfor"],
    ["a {% endif %}", "user.md:1:5: endif ends nothing here"],
    ["{% set x = 1 %}", 'user.md:1:3: there is no block "set"; there are if, elif, else, endif, for, endfor'],
    [
      "{% include x %}",
      'user.md:1:3: there is no block "include"; there are if, elif, else, endif, for, endfor',
    ],
    ["{{ turn", "user.md:1:1: {{ has no }}"],
    ["\n\n  {% if turn", "user.md:3:3: {% has no %}"],
    ["{{ }}", "user.md:1:4: expected a name, a number or a text"],
    ["{{ turn turn }}", 'user.md:1:9: "turn" is one too many here'],
  ])("%s is refused", (text, message) => expect(refused(text)).toBe(message));

  it("says what it may show", () => {
    const template = new Template(
      "{{ turn }}{% for x in list %}{{ x }}{% endfor %}{% if me.a is defined %}{% endif %}",
      "t",
      NAMES,
    );
    expect(NAMES.filter((name) => template.uses(name))).toEqual(["me", "list", "turn"]);
  });

  it("ends with what goes in circles", () => {
    const round: Record<string, unknown> = {};
    round.round = round;
    expect(() => rendered("{{ me }}", { me: round })).toThrow("user.md:1:3: me goes deeper than 100 levels");
  });

  it("shows any value that JSON has as JSON, the same each time, whatever it is looked at through", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        fc.pre(typeof value !== "string" && value !== null);
        const text = rendered("{{ me }}", { me: value });
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(JSON.parse(rendered("{{ me | json }}", { me: value }))).toEqual(JSON.parse(text));
        expect(rendered("{{ me }}", { me: structuredClone(value) })).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it("reads what it shows, and nothing beside it", () => {
    const key = fc
      .stringMatching(/^[a-z]{1,4}$/)
      .filter(
        (name) => !(name in {}) && !["and", "or", "not", "in", "is", "true", "null", "none"].includes(name),
      );
    fc.assert(
      fc.property(fc.dictionary(key, fc.integer(), { minKeys: 1, maxKeys: 6 }), fc.nat(), (members, pick) => {
        const read: string[] = [];
        const me = new Proxy(members, {
          get: (target, name) => {
            read.push(String(name));
            return Reflect.get(target, name);
          },
        });
        const names = Object.keys(members);
        const shown = names[pick % names.length] ?? "";
        expect(rendered(`{{ me.${shown} }}`, { me })).toBe(String(members[shown]));
        expect(read).toEqual([shown]);
      }),
      { numRuns: 50 },
    );
  });

  it("is read whole or refused with its place, whatever it is", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{%",
      "%}",
      "{#",
      "#}",
      " me ",
      ".",
      "if",
      "for",
      " x ",
      " in ",
      "endif",
      "endfor",
      "else",
      "|",
      "(",
      ")",
      "[",
      "]",
      '"',
      "'",
      "1",
      "\n",
      "==",
      "not",
      "list",
      "text",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const message = refused(pieces.join(""));
        expect(message).toMatch(/^(rendered: |user\.md:\d+:\d+: [^\n]+$)/);
      }),
      { numRuns: 300 },
    );
  });
});
