import type { FieldDifference } from "@llm-sim/api";
import { formatSides } from "../../logic/format/index.ts";

/** What differs, field by field. */
export function FieldDifferences({ fields }: { fields: readonly FieldDifference[] }) {
  return (
    <table className="fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">
            <span className="side-mark side-left" aria-hidden="true" /> left
          </th>
          <th scope="col">
            <span className="side-mark side-right" aria-hidden="true" /> right
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => {
          const { left, right } = formatSides(field);
          return (
            <tr key={field.path}>
              <th scope="row">{field.path.replace(/^\//, "").replaceAll("/", ".")}</th>
              <td>
                <bdi>{left}</bdi>
              </td>
              <td>
                <bdi>{right}</bdi>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
