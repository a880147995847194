// The browser that is measured: the system's Chromium where there is one, else the one that npm brought.
import { existsSync, readFileSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export async function launchBrowser() {
  const system = process.env.LLM_SIM_CHROMIUM ?? SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system !== undefined) return chromium.launch({ executablePath: system });
  // Its own arguments draw through a graphics card that is emulated in software: 23 frames a second where drawing
  // without one makes 60.
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ["--disable-gpu"] });
}

/** Memory of the process that shows the page, in bytes that it shares with no other; `undefined` where /proc is not there. */
export async function pageMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => privateBytes(id));
  return sizes.length === 0 || sizes.includes(undefined) ? undefined : Math.max(...sizes);
}

function privateBytes(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].reduce(
      (sum, [, kilobytes]) => sum + Number(kilobytes) * 1024,
      0,
    );
  } catch {
    return undefined;
  }
}
