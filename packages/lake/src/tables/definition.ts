import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { LakeAddress } from "../address/index.ts";
import { LINE_FACTS } from "./line-facts.ts";

/** Of all tables together; `llm_sim` holds the one that they were made with. */
export const TABLES_VERSION = 4;

interface Table {
  /** Name and type, in the order in which rows are written. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that the engine works out of those, true or false. */
  readonly workedOut?: Readonly<Record<string, string>>;
  /** Indexes and projections. */
  readonly beside?: readonly string[];
  readonly orderBy: readonly string[];
  /** Of rows that replace each other: the column that says which is newer. */
  readonly version?: string;
  readonly settings?: Readonly<Record<string, number | string>>;
}

const NUMBERS = "CODEC(Delta, ZSTD(1))";
const TEXT = "CODEC(ZSTD(1))";
/** Ids of other events, near each other: a fifth smaller than by ZSTD(1), at a cost that does not show beside that of the lines. */
const IDS = "CODEC(ZSTD(3))";
/** Few different ones. */
const WORD = `LowCardinality(String) ${TEXT}`;
const kinds = EVENT_TYPES.map((type, at) => `'${type}' = ${at}`).join(", ");
export const ENDINGS = ["lf", "crlf", "none"] as const;
export type Ending = (typeof ENDINGS)[number];
export const ENDING_BYTES: Readonly<Record<Ending, Buffer>> = {
  lf: Buffer.from("\n"),
  crlf: Buffer.from("\r\n"),
  none: Buffer.alloc(0),
};
const endings = `Enum8(${ENDINGS.map((ending, at) => `'${ending}' = ${at}`).join(", ")})`;
export const MARK_KINDS = ["segment", "skipped", "between", "damaged"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];
const markKinds = `Enum8(${MARK_KINDS.map((kind, at) => `'${kind}' = ${at}`).join(", ")})`;

/** Of every row that has a place in a run's log or on its tape. */
const OF_RUN = {
  run: WORD,
  edition: "UInt32",
  run_started: "DateTime('UTC')",
  place: `UInt64 ${NUMBERS}`,
};
/** How far a table is, at the cost of one row for each insert: the mark that ship goes on from. */
const MARK = "PROJECTION marks (SELECT run, edition, max(place), count() GROUP BY run, edition)";
const FEW = { index_granularity: 1024 };
/** Who is involved in events of which kind: of ten million events some thousand combinations. */
const INVOLVED = "run, edition, event_type, agent_id, subject_agent_id, participating_agent_ids";

const TABLES = {
  events: {
    columns: {
      ...OF_RUN,
      line: `String ${TEXT}`,
      ending: endings,
      event_id: `String ${TEXT}`,
      timestamp: `DateTime64(6, 'UTC') ${NUMBERS}`,
      turn: `UInt64 ${NUMBERS}`,
      event_type: `Enum8(${kinds}) ${TEXT}`,
      agent_id: WORD,
      subject_agent_id: WORD,
      participating_agent_ids: `Array(LowCardinality(String)) ${TEXT}`,
      name: WORD,
      caused_by: `Array(String) ${IDS}`,
    },
    workedOut: LINE_FACTS,
    beside: [
      "INDEX by_event_id event_id TYPE minmax GRANULARITY 1",
      "INDEX by_turn turn TYPE minmax GRANULARITY 1",
      "INDEX by_timestamp timestamp TYPE minmax GRANULARITY 1",
      MARK,
      `PROJECTION involved (SELECT ${INVOLVED}, count(), min(place) GROUP BY ${INVOLVED})`,
    ],
    orderBy: ["run", "edition", "place"],
    settings: FEW,
  },
  marks: {
    columns: { ...OF_RUN, kind: markKinds, reason: `String ${TEXT}`, bytes: `String ${TEXT}` },
    beside: [MARK],
    orderBy: ["run", "edition", "place"],
  },
  edges: {
    columns: { ...OF_RUN, cause: `String ${IDS}` },
    beside: [MARK],
    orderBy: ["run", "edition", "cause", "place"],
    settings: FEW,
  },
  variables: {
    columns: {
      ...OF_RUN,
      agent_id: WORD,
      variable: WORD,
      turn: `UInt64 ${NUMBERS}`,
      timestamp: `DateTime64(6, 'UTC') ${NUMBERS}`,
      text: `String ${TEXT}`,
      number: `Nullable(Float64) ${TEXT}`,
      is_removed: "Bool",
    },
    beside: [MARK],
    orderBy: ["run", "edition", "variable", "agent_id", "place"],
    settings: FEW,
  },
  calls: {
    columns: {
      ...OF_RUN,
      event_id: `String ${TEXT}`,
      turn: `UInt64 ${NUMBERS}`,
      timestamp: `DateTime64(6, 'UTC') ${NUMBERS}`,
      agent_id: WORD,
      call: `String ${TEXT}`,
      purpose: WORD,
      model: WORD,
      served_model: WORD,
      outcome: WORD,
      latency_ms: "Float64",
      input_tokens: "Nullable(UInt64)",
      output_tokens: "Nullable(UInt64)",
      cost_usd: "Nullable(Float64)",
    },
    beside: [MARK],
    orderBy: ["run", "edition", "place"],
  },
  messages: {
    columns: { ...OF_RUN, line: `String ${TEXT}`, ending: endings },
    beside: [MARK],
    orderBy: ["run", "edition", "place"],
    settings: FEW,
  },
  editions: {
    columns: {
      run: "String",
      edition: "UInt32",
      run_started: "DateTime('UTC')",
      identity: "String",
      // Who ships it together with others; empty of one that is shipped by itself.
      claim: "String",
    },
    orderBy: ["run", "edition"],
  },
  runs: {
    columns: {
      run: "String",
      version: "UInt64",
      edition: "UInt32",
      run_started: "DateTime('UTC')",
      status: WORD,
      is_written: "Bool",
      summary: `String ${TEXT}`,
      batch_head: `String ${TEXT}`,
      manifest: `String ${TEXT}`,
      segment_files: "Array(String)",
      segment_places: "Array(UInt64)",
      seen: `String ${TEXT}`,
    },
    orderBy: ["run"],
    version: "version",
  },
  files: {
    columns: {
      run: "String",
      file: "String",
      part: "UInt32",
      of: "String",
      version: "UInt64",
      parts: "UInt32",
      sha256: "String",
      bytes: `String ${TEXT}`,
    },
    orderBy: ["run", "file", "part", "of"],
    version: "version",
    settings: { index_granularity: 64 },
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof TABLES;
/** Those whose rows have a place in the run's log; `messages` has its own places, on the tape. */
export const PLACED_TABLES = ["marks", "edges", "variables", "calls", "events"] as const;
export type PlacedTable = (typeof PLACED_TABLES)[number] | "messages";

/** In the order in which a row's values are written. */
export function columnsOf(table: TableName): string[] {
  return Object.keys(TABLES[table].columns);
}

/** So many tokens of inserts are remembered. */
const WINDOW = 10_000;
/** Tokens of replicated tables are forgotten after an hour otherwise. Seconds: 30 days. */
const REMEMBERED = 2_592_000;

/** What makes the tables where they are not there; on a cluster the replicated ones, and what spreads a run's rows over its servers. */
export function tableStatements(address: LakeAddress): string[] {
  const everywhere = address.cluster === undefined ? "" : ` ON CLUSTER \`${address.cluster}\``;
  const version = statementOf("llm_sim", { columns: { version: "UInt32" }, orderBy: ["version"] });
  const names = Object.entries<Table>(TABLES);
  return [version, ...names.flatMap(([name, table]) => statementOf(name, table))].flat();

  function statementOf(name: string, table: Table): string[] {
    const columns = Object.entries(table.columns).map(([column, type]) => `${column} ${type}`);
    const workedOut = Object.entries(table.workedOut ?? {}).map(
      ([column, expression]) => `${column} Bool MATERIALIZED ${expression} ${TEXT}`,
    );
    const body = [...columns, ...workedOut, ...(table.beside ?? [])].join(",\n  ");
    const isPlaced = "run_started" in table.columns && table.version === undefined;
    const partition = isPlaced ? "\nPARTITION BY toYYYYMM(run_started)" : "";
    const local = address.cluster === undefined ? name : `${name}_local`;
    const made = `CREATE TABLE IF NOT EXISTS ${local}${everywhere} (\n  ${body}\n)
ENGINE = ${engineOf(table)}${partition}
ORDER BY (${table.orderBy.join(", ")})
SETTINGS ${settingsOf(table)}`;
    if (address.cluster === undefined) return [made];
    const shard = "run" in table.columns ? "cityHash64(run)" : "0";
    const spread = `CREATE TABLE IF NOT EXISTS ${name}${everywhere} AS ${local}
ENGINE = Distributed(\`${address.cluster}\`, \`${address.database}\`, ${local}, ${shard})`;
    return [made, spread];
  }

  function engineOf({ version: newer = "" }: Table): string {
    const replacing = newer === "" ? "" : "Replacing";
    if (address.cluster === undefined) return `${replacing}MergeTree${newer === "" ? "" : `(${newer})`}`;
    const where = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
    return `Replicated${replacing}MergeTree(${where}${newer === "" ? "" : `, ${newer}`})`;
  }

  function settingsOf({ settings = {}, beside = [], version: newer }: Table): string {
    const window =
      address.cluster === undefined
        ? { non_replicated_deduplication_window: WINDOW }
        : { replicated_deduplication_window: WINDOW, replicated_deduplication_window_seconds: REMEMBERED };
    const hasProjections = beside.some((each) => each.startsWith("PROJECTION"));
    const all = {
      ...settings,
      ...(newer === undefined && window),
      // Rows of an edition that is no longer wanted are taken out.
      ...(hasProjections && { lightweight_mutation_projection_mode: "'rebuild'" }),
    };
    return Object.entries({ ...all, index_granularity: settings.index_granularity ?? 8192 })
      .map(([setting, value]) => `${setting} = ${value}`)
      .join(", ");
  }
}
