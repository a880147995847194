import { availableParallelism } from "node:os";

// What bounds the server's memory and time, whatever is asked of it. Times are milliseconds.

/** Bytes of short answers, of 1 MB at most, that are made or sent at one time. More wait their turn. */
export const MEMORY_FOR_SHORT_ANSWERS = 128 * 1024 * 1024;
/** Bytes of long answers that are being sent: eight of the largest pages. More wait their turn. */
export const MEMORY_FOR_LONG_ANSWERS = 256 * 1024 * 1024;
/** Bytes of a log and its tape up to which a long answer is not worth a thread: some 5,000 events. */
export const ANSWERED_HERE = 2 * 1024 * 1024;
/** How many long answers are worked out at a time, in so many threads, and how many wait their turn; further ones are refused. */
export const LONG_ANSWERS = {
  quick: { threads: 1, atOnce: 8, waitingPerClient: 64, waiting: 256 },
  thorough: { ...thoroughThreads(), waitingPerClient: 16, waiting: 64 },
} as const;
/** How long a thread that nobody asks anything is kept. */
export const IDLE_THREAD = 60_000;
/** How long a thread may go on with what nobody waits for any more. */
export const LONGEST_STOP = 1000;
/** How long threads may take to end when the server stops. */
export const LONGEST_END = 2000;
/** Megabytes of objects that a thread may hold; the arrays of indexes do not count. */
export const MEMORY_OF_THREAD = 1024;
/** Each costs some 100 KB with its buffers; further ones are closed as they come. */
export const MAX_CONNECTIONS = 2000;
/** Where its client does not read, each may hold a batch of its run, of about 128 KB. */
export const MAX_STREAMS = 1000;
/** When to ask again where there are as many streams as there may be, in seconds. */
export const RETRY_STREAM_AFTER = 5;
/** A client that takes nothing of its answer for so long is let go. */
export const STALLED_AFTER = 60_000;
/** For a request to arrive: all of them are short. */
export const REQUEST_TIMEOUT = 15_000;
/** Between a stream's comments: well below the minute after which this server, and proxies, take a connection for dead. */
export const HEARTBEAT = 15_000;
/** How long a client that reads nothing may hold up the end of its stream when the server stops. */
export const STALLED_CLIENT_GRACE = 1000;
/** How long requests that are being answered may take to end when the server stops. */
export const CLOSE_TIMEOUT = 10_000;
/** Of a part of a path: an id has at most 128 characters, which percent-encoded are three times as many. */
export const MAX_PARAM_LENGTH = 400;
/** Of what is sent to be done: a fork's interventions are a few lines. */
export const MAX_BODY = 256 * 1024;
/** Forks that this server has started and that are under way: each is a process of its own. */
export const MAX_FORKS = 4;
/** How long it is waited for a fork to begin before it is answered that it is on its way. */
export const FORK_BEGINS_WITHIN = 10_000;
/** When to ask again where there are as many forks as there may be, in seconds. */
export const RETRY_FORK_AFTER = 10;

/** One core is left to the requests. */
function thoroughThreads(): { threads: number; atOnce: number } {
  const threads = Math.max(1, Math.min(3, availableParallelism() - 1));
  return { threads, atOnce: 2 * threads };
}
