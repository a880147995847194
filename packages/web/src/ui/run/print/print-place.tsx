import { useEffect } from "react";
import { flushSync } from "react-dom";
import { lightWhile } from "../../session/index.ts";
import { useStore } from "../../use-store.ts";
import { printing, report, usePrinting } from "../printing.ts";
import { loadReport } from "./load-report.ts";

/** When all that is looked at first has been loaded, in milliseconds: whoever prints by the browser's own menu prints the report, too. */
const LATER = 8_000;

/**
 * Where the report stands that is printed. From the menu and by Ctrl-P it is made ready first; where the browser prints by itself it
 * holds what has been read by then; in its first seconds, a page is printed as it stands.
 */
export function PrintPlace() {
  const isPrinting = usePrinting();
  useEffect(() => {
    const timer = setTimeout(() => void loadReport(), LATER);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    let restore: (() => void) | undefined;
    const before = () => {
      if (printing.get()) return;
      restore = lightWhile();
      flushSync(() => printing.set(true));
    };
    const after = () => {
      if (restore === undefined) return;
      restore();
      restore = undefined;
      printing.set(false);
    };
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  const Report = useStore(report);
  return isPrinting && Report ? <Report /> : null;
}
