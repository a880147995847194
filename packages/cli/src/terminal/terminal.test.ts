import { EVENT_TYPES } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  counted,
  displayWidth,
  EVENT_COLORS,
  fit,
  formatAgo,
  formatBytes,
  formatDuration,
  formatElapsed,
  Paint,
  pad,
  plainText,
  rowsOf,
  Table,
  type TreeNode,
  treeLines,
} from "./index.ts";

describe("width", () => {
  it("counts cells, not characters", () => {
    expect(displayWidth("alice")).toBe(5);
    expect(displayWidth("価格 → 900")).toBe(10);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("👩‍🌾 farms")).toBe(8);
  });

  it("cuts with an ellipsis, never through a character", () => {
    expect(fit("strategy_change", 20)).toBe("strategy_change");
    expect(fit("strategy_change", 9)).toBe("strategy…");
    expect(fit("価格価格", 6)).toBe("価格…");
    expect(fit("abc", 0)).toBe("");
  });

  it("never exceeds the width it was given, and fills up to it exactly", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const plain = plainText(text);
        expect(displayWidth(fit(plain, width))).toBeLessThanOrEqual(width);
        expect(displayWidth(pad(fit(plain, width), width))).toBe(width);
      }),
    );
  });
});

/** The rows of a line in so many pieces, each marked by its brush. */
const wrapped = (
  line: string,
  width: number,
  indent: number,
  brush = (text: string) => text,
  cuts: number[] = [],
) => {
  const ends = [...new Set(cuts.map((cut) => cut % (line.length + 1))), line.length].toSorted(
    (a, b) => a - b,
  );
  const pieces = ends.map((end, at) => ({ text: line.slice(ends[at - 1] ?? 0, end), brush }));
  return rowsOf(pieces, width, indent).map((row) => row.map((piece) => piece.brush(piece.text)).join(""));
};

describe("a line that is longer than the terminal is wide", () => {
  it("goes on below, set in, broken at spaces", () => {
    expect(wrapped("1. ann had read price, which was 9", 20, 3)).toEqual([
      "1. ann had read",
      "   price, which was",
      "   9",
    ]);
    expect(wrapped("price  9", 20, 2)).toEqual(["price  9"]);
    expect(wrapped("ann had read [01KA]", 16, 2, (text) => `‹${text}›`, [14, 18])).toEqual([
      "‹ann had read›",
      "  ‹[›‹01KA›‹]›",
    ]);
  });

  it("keeps all its words, and no row of several is too wide", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", minLength: 1 })),
        fc.integer({ min: 8, max: 40 }),
        fc.array(fc.nat()),
        (words, width, cuts) => {
          const line = plainText(words.join(" "));
          const rows = wrapped(line, width, 4, undefined, cuts);
          expect(rows).toEqual(wrapped(line, width, 4));
          expect(rows.join(" ").split(/\s+/).filter(Boolean)).toEqual(line.split(/\s+/).filter(Boolean));
          for (const row of rows.filter((one) => /\S\s+\S/.test(one)))
            expect(displayWidth(row)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe("plain text", () => {
  it("is one line without control characters, whatever the log says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u202a-\u202e\u2028\u2029]/);
      }),
    );
  });
});

describe("plain text of a mark that turns the reading direction", () => {
  it("shows the mark", () => {
    expect(plainText("a\u061cb\u202ec")).toBe("a\\u061cb\\u202ec");
  });
});

describe("a table", () => {
  interface Row {
    id: string;
    note: string;
    text: string;
  }
  const rows: Row[] = [
    { id: "1", note: "short", text: "what happened first" },
    {
      id: "22",
      note: "a note that is far too long for its column",
      text: "what happened then, which takes more room",
    },
  ];
  const table = (cells: number) =>
    new Table<Row>(
      [
        { title: "ID", cell: (row) => row.id, align: "right" },
        { title: "NOTE", cell: (row) => row.note, maxWidth: 10, expendable: 1 },
        { title: "TEXT", cell: (row) => row.text, isFlexible: true },
      ],
      rows,
      cells,
    );

  it("gives the flexible column what is left, and cuts what does not fit", () => {
    const wide = table(50);
    expect([wide.header(), ...rows.map((row) => wide.row(row))]).toEqual([
      "ID  NOTE        TEXT",
      " 1  short       what happened first",
      "22  a note th…  what happened then, which takes m…",
    ]);
  });

  it("leaves expendable columns out where it is narrow", () => {
    const narrow = table(36);
    expect([narrow.header(), ...rows.map((row) => narrow.row(row))]).toEqual([
      "ID  TEXT",
      " 1  what happened first",
      "22  what happened then, which takes…",
    ]);
  });
});

describe("a table on a terminal too narrow for its columns", () => {
  const columns = [
    { title: "ID", cell: (row: string) => row },
    { title: "KEY", cell: () => "0123456789", expendable: 1, leftOutBelow: 12 },
    { title: "TEXT", cell: () => "what happened then", isFlexible: true },
  ];

  it("keeps a column that is needed while the text beside it can be read", () => {
    expect(new Table(columns, ["1"], 28).row("1")).toBe("1   0123456789  what happen…");
  });

  it("gives it up before the text is cut to nothing", () => {
    expect(new Table(columns, ["1"], 27).row("1")).toBe("1   what happened then");
  });
});

describe("a tree", () => {
  it("draws branches, and tells each label how much room it has", () => {
    const leaf = (label: string) => ({ label: (cells: number) => fit(label, cells), children: [] });
    const root = {
      ...leaf("root"),
      children: [
        { ...leaf("first"), children: [leaf("a long name"), leaf("b")] },
        { ...leaf("last"), children: [leaf("c")] },
      ],
    };
    expect([...treeLines(root, 12)]).toEqual([
      "root",
      "├─ first",
      "│  ├─ a lon…",
      "│  └─ b",
      "└─ last",
      "   └─ c",
    ]);
  });

  it("of any depth is drawn without recursion", () => {
    let node: TreeNode = { label: () => "x", children: [] };
    for (let depth = 0; depth < 5_000; depth++) node = { label: () => "x", children: [node] };
    expect([...treeLines(node, 80)]).toHaveLength(5_001);
  });
});

describe("quantities", () => {
  it("read well", () => {
    expect(counted(1, "event")).toBe("1 event");
    expect(counted(12_345, "event")).toBe("12,345 events");
    expect([0, 1023, 1536, 500 * 1024 ** 2].map(formatBytes)).toEqual(["0 B", "1023 B", "1.5 KB", "500 MB"]);
    expect([340, 12_500, 187_000, 8_100_000].map(formatDuration)).toEqual([
      "340 ms",
      "12.5 s",
      "3:07 min",
      "2:15 h",
    ]);
    expect([12_345, 187_000_000].map(formatElapsed)).toEqual(["+0.012 s", "+3:07 min"]);
    expect([0, 59_000, 300_000, 7_200_000, 259_200_000].map(formatAgo)).toEqual([
      "just now",
      "59 s ago",
      "5 min ago",
      "2 h ago",
      "3 d ago",
    ]);
  });
});

describe("paint", () => {
  it("has a colour of its own for each kind", () => {
    expect(new Set(Object.values(EVENT_COLORS)).size).toBe(EVENT_TYPES.length);
    const painted = EVENT_TYPES.map((kind) => new Paint(true).kind(kind, "x"));
    expect(new Set(painted).size).toBe(EVENT_TYPES.length);
    expect(painted[1]).toBe("\u001b[38;5;32mx\u001b[39m"); // 32 is #0087d7
  });

  it("can be read on black and on white: 3:1 at least, as WCAG 2.2 (1.4.11) asks of graphics", () => {
    for (const color of Object.values(EVENT_COLORS)) {
      const luminance = luminanceOf(color);
      expect((luminance + 0.05) / 0.05).toBeGreaterThanOrEqual(3);
      expect(1.05 / (luminance + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });

  it("leaves text alone where there are no colours", () => {
    const paint = new Paint(false);
    expect([paint.kind("ACTION", "x"), paint.bold("x"), paint.status("failed", "x")]).toEqual([
      "x",
      "x",
      "x",
    ]);
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
