import type { FieldDifference } from "@llm-sim/api";
import { FieldDifferences } from "./field-differences.tsx";

/** How the two were set up differently. */
export function Configuration({ differences }: { differences: readonly FieldDifference[] }) {
  return (
    <section className="card" aria-label="Set-up">
      <h2>How they were set up differently</h2>
      <FieldDifferences fields={differences} />
    </section>
  );
}
