import { Icon } from "./icon.tsx";
import { Popover } from "./popover.tsx";

/** A triangle that opens what is wrong, in sentences. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Popover
      label={<Icon name="warning" />}
      name="What to know about this run"
      className="quiet warning"
      align="end"
    >
      {() => (
        <div className="popover-text">
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </div>
      )}
    </Popover>
  );
}
