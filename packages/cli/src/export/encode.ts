import { type Cell, csvRecord } from "@llm-sim/events/columns";
import type { ExportTable } from "./table.ts";

/** Characters that go out at once: a system call for each row would take longer than the row. */
const CHUNK = 1 << 16;

/** RFC 4180 with a header, lines ended by `\n`, UTF-8 without a mark. */
export async function* csvText({ columns, rows }: ExportTable): AsyncGenerator<string, void, undefined> {
  yield `${csvRecord(columns.map((column) => column.name))}\n`;
  yield* chunks(rows, csvRecord);
}

/** One object for each row; a column without a value is `null`. */
export async function* jsonText({ columns, rows }: ExportTable): AsyncGenerator<string, void, undefined> {
  yield* chunks(rows, (cells) =>
    JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null]))),
  );
}

async function* chunks(
  rows: AsyncIterable<readonly Cell[]>,
  encode: (cells: readonly Cell[]) => string,
): AsyncGenerator<string, void, undefined> {
  let chunk = "";
  for await (const cells of rows) {
    chunk += `${encode(cells)}\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk) yield chunk;
}
