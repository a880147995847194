import type { Event } from "@llm-sim/events/schema";
import type { Fetch } from "../logic/api/index.ts";
import { fakeApi, matching } from "./fake-api.ts";

/** How a server can be away: unreachable, behind a gateway, gone in the middle of an answer, or silent. */
export const BREAKS = ["refuses", "gateway", "breaks off", "is silent"] as const;
export type Break = (typeof BREAKS)[number];

export interface FakeLiveRun {
  fetch: Fetch;
  /** What was written so far, in order of time. */
  readonly events: readonly Event[];
  write(events: readonly Event[]): void;
  /** Cuts every stream, too. */
  breakDown(how: Break): void;
  /** Back again; what was held back by silence is answered. */
  mend(): void;
  /** The last events written are not there any more, as of a log whose last lines never reached the disk. */
  lose(count: number): void;
  /** The run is over. */
  end(): void;
}

/** A run `live` that is being written, on a server that goes away and comes back. */
export function fakeLiveRun(): FakeLiveRun {
  /** In the order they were written in, and in the API's, which is by time. */
  const log: Event[] = [];
  const events: Event[] = [];
  const { fetch: ask } = fakeApi({ live: events });
  const streams = new Set<{ send: () => void; cut: () => void }>();
  let down: Break | undefined;
  let over = false;
  let mended: (() => void)[] = [];

  function stream(url: URL, init: RequestInit): Response {
    const last = new Headers(init.headers).get("last-event-id");
    let sent = last === null ? 0 : log.findIndex(({ event_id: id }) => id === last) + 1;
    if (last !== null && sent === 0)
      return Response.json({ code: "EVENT_NOT_FOUND", message: "gone" }, { status: 404 });
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const open = {
          send() {
            for (const event of matching(log.slice(sent), url))
              controller.enqueue(encoder.encode(`id: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`));
            sent = log.length;
            if (!over) return;
            streams.delete(open);
            controller.enqueue(encoder.encode("event: end\ndata: {}\n\n"));
            controller.close();
          },
          cut() {
            streams.delete(open);
            controller.error(new Error("cut"));
          },
        };
        streams.add(open);
        init.signal?.addEventListener("abort", () => streams.has(open) && open.cut());
        open.send();
      },
    });
    return new Response(body);
  }

  return {
    events,
    async fetch(target, init) {
      if (down === "is silent") await new Promise<void>((resolve) => mended.push(resolve));
      init.signal?.throwIfAborted();
      if (down === "refuses") throw new TypeError("fetch failed");
      if (down === "gateway") return new Response("bad gateway", { status: 502 });
      const url = new URL(target, "http://fake");
      if (url.pathname.endsWith("/stream")) return stream(url, init);
      const response = await ask(target, init);
      return down === "breaks off" ? new Response((await response.text()).slice(0, -5)) : response;
    },
    write(more) {
      log.push(...more);
      events.push(...more);
      events.sort((one, other) =>
        one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0,
      );
      if (down === undefined) for (const { send } of streams) send();
    },
    breakDown(how) {
      down = how;
      if (how !== "is silent") for (const { cut } of streams) cut();
    },
    mend() {
      down = undefined;
      for (const go of mended) go();
      mended = [];
      for (const { send } of streams) send();
    },
    lose(count) {
      const lost = new Set(log.splice(-count));
      events.splice(0, events.length, ...events.filter((event) => !lost.has(event)));
    },
    end() {
      over = true;
      if (down === undefined) for (const { send } of streams) send();
    },
  };
}
