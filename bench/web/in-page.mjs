// Functions that run in the page. Each stands alone: its source is sent there.

/** Counts requests under way, so that "shown" can mean that nothing is awaited any more. */
export function watchRequests() {
  const original = globalThis.fetch;
  globalThis.underWay = 0;
  globalThis.fetch = async (...request) => {
    globalThis.underWay++;
    try {
      const response = await original(...request);
      for (const body of ["json", "text"]) {
        const read = response[body].bind(response);
        response[body] = async () => {
          globalThis.underWay++;
          try {
            return await read();
          } finally {
            globalThis.underWay--;
          }
        };
      }
      return response;
    } finally {
      globalThis.underWay--;
    }
  };
}

/** Clicks a kind's toggle; milliseconds until list, counts and timeline show what it leaves, all drawn. */
export async function filterBy(name) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const count = () => document.querySelector(".panel-events .panel-tools .count")?.textContent;
  const before = count();
  const button = [...document.querySelectorAll(".kind-toggles button")].find((one) =>
    one.textContent.startsWith(name),
  );
  const start = performance.now();
  button.click();
  do await frame();
  while (
    count() === before ||
    count() === "" ||
    globalThis.underWay > 0 ||
    !document.querySelector(".events-rows .event-row .text")
  );
  await frame();
  return performance.now() - start;
}

/** Drags the timeline to and fro for so long; the time of each frame in milliseconds. */
export async function panFor(milliseconds) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const canvas = document.querySelector(".lanes-canvas");
  const box = canvas.getBoundingClientRect();
  const y = box.top + box.height / 2;
  const send = (type, x) =>
    canvas.dispatchEvent(
      new PointerEvent(type, { pointerId: 1, button: 0, clientX: x, clientY: y, bubbles: true }),
    );
  canvas.setPointerCapture = () => {};
  const frames = [];
  const start = performance.now();
  let last = start;
  let x = box.left + box.width / 2;
  let step = -9;
  send("pointerdown", x);
  while (last - start < milliseconds) {
    x += step;
    if (x < box.left + 100 || x > box.right - 100) step = -step;
    send("pointermove", x);
    const now = await frame();
    frames.push(now - last);
    last = now;
  }
  send("pointerup", x);
  return frames;
}

/** The time of each frame while something else goes on, in milliseconds. */
export async function watchFrames(milliseconds) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const frames = [];
  const start = await frame();
  let last = start;
  while (last - start < milliseconds) {
    const now = await frame();
    frames.push(now - last);
    last = now;
  }
  return frames;
}
