// ClickHouse's engine inside a library, with a binding for Node: installed by `npm run test:lake` alone, kept in node_modules/.cache.
import { fetched, isFetched } from "../fetched.mjs";

const NAME = "chdb";
/** Its engine is 26.7. */
const VERSION = "3.4.0";
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
/** So large a download breaks off now and then; npm keeps what it has of it. */
const ATTEMPTS = 3;

/** @returns why the engine cannot be had here, and what to do, in a line; nothing where it can */
export function whyNot(here = `${process.platform}-${process.arch}`) {
  if (PLATFORMS.includes(here)) return undefined;
  return `chdb runs on ${PLATFORMS.join(", ")}, and this is ${here}: set CLICKHOUSE_URL to a server to try it there`;
}

export const isInstalled = () => isFetched(NAME, VERSION);

/** @returns the folder of chdb; throws where npm cannot fetch it */
export function installed() {
  for (let attempt = 1; ; attempt++) {
    try {
      return fetched(NAME, VERSION);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      console.error(`${error.message}; once more …`);
    }
  }
}
