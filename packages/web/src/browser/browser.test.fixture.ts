import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The system's Chromium where there is one (or `LLM_SIM_CHROMIUM` names it), else the one that npm brought. */
export async function launchBrowser(extraArguments: readonly string[] = []): Promise<Browser> {
  const system = process.env.LLM_SIM_CHROMIUM ?? SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system !== undefined) return chromium.launch({ executablePath: system, args: [...extraArguments] });
  // Not with its own arguments, which are for functions in a cloud: one process, and a graphics card emulated in software.
  const args = ["--disable-gpu", "--font-render-hinting=none", ...extraArguments];
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args });
}
