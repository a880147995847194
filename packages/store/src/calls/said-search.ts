import type { Pace } from "../pace/index.ts";
import { TextMatch } from "../query/index.ts";
import { applied, type RunTape, type Stretch, type TapeEntry, type TapeIndex } from "../tape/index.ts";

/** Searches whose hits are remembered: the next page, or the same page a while later, looks at what is new only. */
const REMEMBERED = 8;
const SAID = ["text", "reasoning", "error", "content"] as const;

interface Search {
  index: TapeIndex;
  text: TextMatch;
  /** Messages below this number have been looked at, and those of them that hold the text. */
  messages: number;
  hits: Set<number>;
  /** Entries below this number have been looked at, and those that hold the text in what was asked or answered. */
  entries: number;
  found: TapeEntry[];
  /** Of each asker, its last entry and what was said to it then. */
  lists: Map<TapeEntry, readonly number[] | undefined>;
  running: Promise<void> | undefined;
}

/** Finds a text in what was asked and answered, reading the tape a little at a time. */
export class SaidSearches {
  /** Gone with what they are about. */
  readonly #searches = new WeakMap<TapeIndex, Map<string, Search>>();

  /** The entries whose messages or answer hold the text, in the order of the tape. */
  async find(tape: RunTape, index: TapeIndex, q: string, pace: Pace): Promise<readonly TapeEntry[]> {
    const search = this.#search(index, q);
    const [messages, entries] = [index.messageCount, index.entries.length];
    while (search.messages < messages || search.entries < entries) {
      if (search.running !== undefined) {
        // Of who came before: where that one gives up, this one goes on from there.
        await search.running;
        continue;
      }
      const running = tape.readingBytes((read) => extend(search, read, pace));
      const done = (): void => {
        search.running = undefined;
      };
      search.running = running.then(done, done);
      await running;
    }
    return search.found;
  }

  #search(index: TapeIndex, q: string): Search {
    const searches = this.#searches.get(index) ?? new Map<string, Search>();
    this.#searches.set(index, searches);
    const search = searches.get(q) ?? {
      index,
      text: new TextMatch(q, "payload"),
      messages: 0,
      hits: new Set(),
      entries: 0,
      found: [],
      lists: new Map(),
      running: undefined,
    };
    searches.delete(q);
    searches.set(q, search);
    const [oldest] = searches.keys();
    if (searches.size > REMEMBERED && oldest !== undefined) searches.delete(oldest);
    return search;
  }
}

type Read = (place: Stretch) => Buffer | undefined;

async function extend(search: Search, read: Read, pace: Pace): Promise<void> {
  const { index, text } = search;
  // An entry is behind its messages: those that come meanwhile are looked at before it.
  const entries = index.entries.length;
  const messages = index.messageCount;
  while (search.messages < messages) {
    const message = search.messages++;
    const place = index.placeOf(message);
    if (place && isSaid(read(place), text)) search.hits.add(message);
    await pace.yieldIfDue();
  }
  while (search.entries < entries) {
    const entry = index.entries[search.entries++];
    if (entry === undefined) continue;
    const before = entry.previous && search.lists.get(entry.previous);
    const list = applied(entry.delta, before ?? []);
    if (entry.previous) search.lists.delete(entry.previous);
    search.lists.set(entry, list);
    if (list?.some((message) => search.hits.has(message)) || isSaid(read(entry), text))
      search.found.push(entry);
    await pace.yieldIfDue();
  }
}

/** Whether a line of the tape holds the text in what somebody said. */
function isSaid(line: Buffer | undefined, text: TextMatch): boolean {
  if (line === undefined || !text.isIn(line)) return false;
  try {
    const said: unknown = JSON.parse(line.toString("utf8"));
    return SAID.some((member) => {
      const words: unknown =
        typeof said === "object" && said !== null ? Reflect.get(said, member) : undefined;
      return typeof words === "string" && text.isInText(words);
    });
  } catch {
    return false; // damaged: it says nothing
  }
}
