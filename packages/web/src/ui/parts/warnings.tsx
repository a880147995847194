import { Icon } from "./icon.tsx";
import { Popover } from "./popover.tsx";

interface WarningsProps {
  warnings: readonly string[];
  /** What they come to, in a few words beside the triangle. */
  title?: string | undefined;
  /** To know, rather than to be warned of: no triangle. */
  isQuiet?: boolean;
}

/** A triangle that opens what is wrong, in sentences. */
export function Warnings({ warnings, title, isQuiet = false }: WarningsProps) {
  if (warnings.length === 0) return null;
  return (
    <Popover
      label={
        <>
          {!isQuiet && <Icon name="warning" />}
          {title !== undefined && <span className="warnings-title">{title}</span>}
        </>
      }
      name={title === undefined ? "What to know about this run" : `${title}: what to know about this run`}
      className={isQuiet ? "quiet" : "quiet warning"}
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
