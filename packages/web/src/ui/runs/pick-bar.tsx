import { Link } from "@tanstack/react-router";

interface PickBarProps {
  picked: readonly string[];
  onClear: () => void;
}

/** What can be done with the runs that are ticked. */
export function PickBar({ picked, onClear }: PickBarProps) {
  const [left, right, ...others] = picked;
  if (left === undefined) return null;
  return (
    <div className="pick-bar" role="status">
      <span className="picked-names">
        {right === undefined ? (
          <>
            <b>{left}</b>: pick a second run to compare it with
          </>
        ) : (
          picked.map((id, at) => (
            <span key={id}>
              {at === 0 ? "" : at === picked.length - 1 ? " and " : ", "}
              <b>{id}</b>
            </span>
          ))
        )}
      </span>
      <span className="spacer" />
      {right !== undefined && others.length === 0 && (
        <Link
          className="button button-primary"
          to="/runs/$leftId/compare/$rightId"
          params={{ leftId: left, rightId: right }}
          search={{}}
        >
          Compare
        </Link>
      )}
      {right !== undefined && (
        <Link
          className={others.length > 0 ? "button button-primary" : "button"}
          to="/curves"
          search={{ runs: picked.join(",") }}
        >
          Curves
        </Link>
      )}
      <button type="button" className="button" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}
