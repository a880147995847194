// A process that does nothing but wait: how late its timer is, the machine is to blame for. Is asked over IPC for the delays, in milliseconds.
const EVERY = 10;

let delays = [];
let due = performance.now() + EVERY;
const look = () => {
  const now = performance.now();
  delays.push(Math.max(0, now - due));
  due = now + EVERY;
  setTimeout(look, EVERY);
};
setTimeout(look, EVERY);
process.on("message", () => {
  process.send(delays);
  delays = [];
});
process.on("disconnect", () => process.exit());
