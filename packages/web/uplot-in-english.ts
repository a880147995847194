import type { Plugin } from "vite";

const UPLOT = /[\\/]uplot[\\/]dist[\\/]uPlot\.esm\.js$/;
const BROWSERS_LOCALE = "domEnv ? nav.language : 'en-US'";

/**
 * As it is loaded, uPlot asks for numbers in the browser's own locale, and fails where that has a name that `Intl` does not take,
 * such as `en-US@posix`. Ours are English everywhere.
 */
export function uplotInEnglish(): Plugin {
  return {
    name: "uplot-in-english",
    transform(code, id) {
      if (!UPLOT.test(id)) return undefined;
      if (!code.includes(BROWSERS_LOCALE))
        this.error("uPlot asks for the browser's locale in another way now.");
      return { code: code.replace(BROWSERS_LOCALE, "'en-US'"), map: null };
    },
  };
}
