import type { FieldDifference } from "../../logic/api/index.ts";
import { formatValue } from "../../logic/format/index.ts";

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
        {fields.map(({ path, left, right }) => (
          <tr key={path}>
            <th scope="row">{path.replace(/^\//, "").replaceAll("/", ".")}</th>
            <td>{formatValue(left)}</td>
            <td>{formatValue(right)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
