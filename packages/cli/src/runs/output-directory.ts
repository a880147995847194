import { Option } from "commander";
import { wrongCall } from "../failure/index.ts";

export const DEFAULT_OUTPUT = "output";

/** `--output DIR`, where runs lie. */
export function outputOption(): Option {
  return new Option("--output <dir>", "where runs lie").default(DEFAULT_OUTPUT, "./output");
}

/** `--store ADDRESS`, the lake where they lie instead. */
export function storeOption(): Option {
  return new Option(
    "--store <address>",
    "ask the runs of a lake, clickhouse://user@host:8123/database; the password is read from CLICKHOUSE_PASSWORD",
  ).conflicts("output");
}

/** Of a command that needs a run's own files. @param why what is done with them, for the message */
export function noStoreOption(why: string): Option {
  return new Option("--store <address>").hideHelp().argParser(() => {
    throw wrongCall(
      `There is no --store here: ${why}, and a lake has none. llm-sim serve --store reads runs there.`,
    );
  });
}

/** Where runs lie, as a command is told. */
export interface Place {
  output: string;
  store?: string | undefined;
}

/** As a person is told of it. */
export function placeName({ output, store }: Place): string {
  return store ?? output;
}
