import { loadPart } from "../../session/index.ts";
import { report } from "../printing.ts";

/** Loads the report, and all that it shows. */
export async function loadReport(): Promise<void> {
  const { PrintReport } = await loadPart(() => import("./print-report.tsx"));
  report.set(PrintReport);
}
