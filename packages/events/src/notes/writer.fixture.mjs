// Writes so many notes of a run one after another: node writer.fixture.mjs RUN AUTHOR COUNT
import { appendNote } from "../../dist/notes/index.js";

const [run, author, count] = process.argv.slice(2);
for (let turn = 0; turn < Number(count); turn++)
  await appendNote(run, { author, turn, text: `${author} ${"x".repeat(500)} ${turn}` });
