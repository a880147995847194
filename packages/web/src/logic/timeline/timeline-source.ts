import type { EventCriteria, TimelineAnswer } from "@llm-sim/api";
import { formatTimestamp } from "@llm-sim/events/schema";
import type { ApiClient } from "../api/index.ts";
import { createStore, type Store } from "../store/index.ts";
import type { Axis } from "../view/index.ts";
import { countWithin, type Density, densityOf, gridOver, KIND_REQUESTS } from "./density.ts";
import { type Mark, marksOf } from "./marks.ts";
import { createTileCache } from "./tile-cache.ts";
import { bucketWidth, markTileSize, TILE_BUCKETS, type Tile, tilesOver } from "./tiles.ts";
import { createTimelineCache } from "./timeline-cache.ts";
import { length, type Range } from "./viewport.ts";

/** Event by event where an event has so many pixels of the axis, by density where it has less: closer marks cover each other. */
const PIXELS_PER_MARK = 2.2;
const MARKS_PER_TILE = 600;
const MARK_PAGE = 10_000;
/** Counts in one answer, buckets × agents: some 15 bytes each. */
const CELLS = 24_000;
const MAX_OVERVIEW_BUCKETS = 600;

/** As a store it holds how often it has changed. */
export interface TimelineSource extends Pick<Store<number>, "get" | "subscribe"> {
  /** Of this source among all there were: changes are counted within it. */
  readonly id: number;
  /** The whole run under the filter; `undefined` until the first answer. */
  readonly overview: Density | undefined;
  readonly error: unknown;
  /** What there is to draw in a range: the marks where they are few and here, and the density below them. */
  view(range: Range, width: number): { marks: Mark[]; densities: Density[]; byEvent: boolean };
  /** Fetches what a view of this range lacks. */
  want(range: Range, width: number): void;
  /** The run has grown: asks again for what may have changed. */
  refresh(domain: Range): void;
  /** Anything may have changed, as while a search goes on: asks again for all of it; what is there stays until then. */
  renew(): void;
  close(): void;
}

export interface TimelineQuestion {
  run: string;
  criteria: EventCriteria;
  axis: Axis;
  /** The whole axis: first to last turn, or first to last moment. */
  domain: Range;
  /** How many agents the run has, for the size of answers. */
  agents: number;
}

let sources = 0;

export function createTimelineSource(
  api: ApiClient,
  question: TimelineQuestion,
  cache = createTimelineCache(api),
): TimelineSource {
  const { run, criteria, axis, agents } = question;
  let domain = question.domain;
  const version = createStore(0);
  const closed = new AbortController();
  let overview: Density | undefined;
  let error: unknown;

  const changed = () => {
    version.set(version.get() + 1);
  };
  const failed = (reason: unknown) => {
    error = reason;
    changed();
  };
  const densities = createTileCache(
    (key, signal) => density(tileOf(key), TILE_BUCKETS, signal),
    60,
    changed,
    failed,
  );
  const marks = createTileCache((key, signal) => fetchMarks(tileOf(key), signal), 60, changed, failed);

  const overviewBuckets = Math.max(
    20,
    Math.min(MAX_OVERVIEW_BUCKETS, Math.floor(CELLS / Math.max(1, agents))),
  );

  async function density(range: Range, buckets: number, signal: AbortSignal): Promise<Density> {
    const within = narrowed(criteria, range, axis);
    const grid = gridOver(range.from, range.to, buckets);
    if (!within) return densityOf([], grid);
    const asked = KIND_REQUESTS.map((kinds) =>
      kinds.filter((kind) => criteria.event_types?.includes(kind) ?? true),
    ).filter((kinds) => kinds.length > 0);
    const answers: TimelineAnswer[] = await Promise.all(
      asked.map((kinds) =>
        cache.timeline({ id: run, ...within, event_types: kinds, buckets, by: axis }, signal),
      ),
    );
    error = undefined;
    return densityOf(answers, grid);
  }

  async function fetchMarks(range: Range, signal: AbortSignal): Promise<Mark[]> {
    const within = narrowed(criteria, range, axis);
    if (!within) return [];
    const page = await api.events({ id: run, ...within, limit: MARK_PAGE }, signal);
    const events = page.events;
    // A burst can put more into a tile than one page holds.
    for (let cursor = page.next_cursor; cursor && events.length < 2 * MARK_PAGE; ) {
      const more = await api.events({ id: run, ...within, limit: MARK_PAGE, cursor }, signal);
      events.push(...more.events);
      cursor = more.next_cursor;
    }
    return marksOf(events, axis);
  }

  let loads = 0;
  async function loadOverview(): Promise<void> {
    const load = ++loads;
    try {
      const loaded = await density(domain, overviewBuckets, closed.signal);
      // What was asked for later knows more.
      if (load !== loads) return;
      overview = loaded;
      changed();
    } catch (reason) {
      if (!closed.signal.aborted && load === loads) failed(reason);
    }
  }

  /** Where the overview's buckets are too coarse for this zoom, finer ones. */
  function densityTiles(range: Range, width: number): Tile[] {
    const overviewBucket = length(domain) / overviewBuckets;
    const bucket = bucketWidth(range, width);
    if (bucket * 2 > overviewBucket) return [];
    return tilesOver(range, domain, bucket * TILE_BUCKETS, axis);
  }

  function markTiles(range: Range, width: number, beyond: number): Tile[] | undefined {
    if (!overview) return undefined;
    const finest = [overview, ...densityTiles(range, width).map(({ key }) => densities.get(key))].filter(
      (one) => one !== undefined,
    );
    const inSight = (one: Density) =>
      (one.edges[0] ?? 0) <= range.from && (one.edges.at(-1) ?? 0) >= range.to;
    const counted = finest.toReversed().find(inSight) ?? overview;
    // Whole turns are fetched, so an event's place in its turn is known.
    const fetched = axis === "turn" ? { from: Math.floor(range.from), to: Math.ceil(range.to) } : range;
    if (countWithin(counted, range.from, range.to) * PIXELS_PER_MARK > width) return undefined;
    if (countWithin(counted, fetched.from, fetched.to) > MARK_PAGE) return undefined;
    // By the run's average, not by what is on screen: the tiles stay the same while panning.
    const size = markTileSize(overview.total / length(domain), MARKS_PER_TILE);
    return tilesOver(range, domain, size, axis, beyond);
  }

  void loadOverview();

  return {
    id: ++sources,
    get overview() {
      return overview;
    },
    get error() {
      return error;
    },
    get: version.get,
    subscribe: version.subscribe,
    view(range, width) {
      const tiles = markTiles(range, width, 0);
      const loaded = tiles?.map(({ key }) => marks.get(key));
      const byEvent = loaded?.every((tile) => tile !== undefined) ?? false;
      const fine = densityTiles(range, width)
        .map(({ key }) => densities.get(key))
        .filter((one) => one !== undefined);
      return {
        marks: byEvent ? (loaded ?? []).flatMap((tile) => tile ?? []) : [],
        densities: overview ? [overview, ...fine] : fine,
        byEvent,
      };
    },
    want(range, width) {
      if (!overview) return;
      const tiles = markTiles(range, width, 1);
      marks.want((tiles ?? []).map(({ key }) => key));
      densities.want(tiles ? [] : densityTiles(range, width).map(({ key }) => key));
    },
    refresh(grown) {
      const end = domain.to;
      domain = grown;
      cache.clear();
      const reachesEnd = (key: string) => tileOf(key).to >= end - 1;
      densities.stale(reachesEnd);
      marks.stale(reachesEnd);
      void loadOverview();
    },
    renew() {
      cache.clear();
      densities.stale(() => true);
      marks.stale(() => true);
      void loadOverview();
    },
    close() {
      closed.abort();
      densities.clear();
      marks.clear();
    },
  };
}

function tileOf(key: string): Range {
  const [, size = "1", number = "0"] = key.split("/");
  return { from: Number(number) * Number(size), to: (Number(number) + 1) * Number(size) };
}

/** The filter within a stretch; `undefined` where they have nothing in common. */
function narrowed(criteria: EventCriteria, range: Range, axis: Axis): EventCriteria | undefined {
  if (axis === "turn") {
    const start = Math.max(criteria.turn_start ?? 0, Math.floor(range.from));
    const end = Math.min(criteria.turn_end ?? Number.MAX_SAFE_INTEGER, Math.ceil(range.to) - 1);
    return start > end ? undefined : { ...criteria, turn_start: start, turn_end: end };
  }
  const start = later(criteria.start_timestamp, formatTimestamp(Math.max(0, Math.floor(range.from))));
  const last = formatTimestamp(Math.max(0, Math.ceil(range.to) - 1));
  const end =
    criteria.end_timestamp === undefined || last < criteria.end_timestamp ? last : criteria.end_timestamp;
  return start > end ? undefined : { ...criteria, start_timestamp: start, end_timestamp: end };
}

function later(one: string | undefined, other: string): string {
  return one !== undefined && one > other ? one : other;
}
