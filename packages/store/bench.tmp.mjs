import { openStore } from "@llm-sim/store";
const store = openStore("/tmp/callsrun/output");
const run = await store.openRun(process.argv[2] ?? "many");
const mb = () => Math.round(process.memoryUsage().rss / 1e6);
const time = async (name, f, n) => {
  const times = [];
  for (let i = 0; i < n; i++) { const t = performance.now(); await f(i); times.push(performance.now() - t); }
  times.sort((a, b) => a - b);
  console.log(name, "first/median/p95 ms", times.at(-1).toFixed(1), times[Math.floor(n / 2)].toFixed(2), times[Math.floor(n * 0.95)].toFixed(2), "rss MB", mb());
};
console.log("rss", mb());
let t = performance.now(); await run.query({ limit: 1 }); console.log("index", (performance.now() - t).toFixed(0), "ms");
t = performance.now(); const first = await run.calls({ limit: 100 }); console.log("first calls page", (performance.now() - t).toFixed(0), "ms", first.total, "rss", mb());
const all = []; let cursor; do { const p = await run.calls({ limit: 10000, cursor }); all.push(...p.calls.map((c) => c.event_id)); cursor = p.next_cursor ?? undefined; } while (cursor);
t = performance.now(); await run.call(all[0]); console.log("first call (tape indexed)", (performance.now() - t).toFixed(0), "ms rss", mb());
await time("page of 100", (i) => run.calls({ limit: 100, offset: (i * 157) % 15000 }), 200);
await time("page of 1000", (i) => run.calls({ limit: 1000, offset: (i * 157) % 15000 }), 100);
await time("one call, full", (i) => run.call(all[(i * 7919) % all.length]), 300);
await time("one call, delta", (i) => run.call(all[(i * 7919) % all.length], { delta: true }), 300);
t = performance.now(); const f = await run.query({ q: "turn 1999: you see", in: "payload", limit: 10 }); console.log("search payload", (performance.now() - t).toFixed(0), "ms", f.total, "rss", mb());
t = performance.now(); await run.query({ q: "turn 1999: you see", in: "payload", limit: 10, offset: 10 }); console.log("search again", (performance.now() - t).toFixed(1), "ms", "rss", mb());
await store.close();
