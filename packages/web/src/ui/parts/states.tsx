import type { ReactNode } from "react";
import { isApiError } from "../../logic/api/index.ts";
import { Icon } from "./icon.tsx";

/** Where there is nothing to show, and why. */
export function Empty({
  title,
  isPage = false,
  children,
}: {
  title: string;
  /** It is all that there is on the page, whose heading its title is then. */
  isPage?: boolean;
  children?: ReactNode;
}) {
  const Title = isPage ? "h1" : "p";
  return (
    <div className="state">
      <Title className="state-title">{title}</Title>
      {children && <div className="state-text">{children}</div>}
    </div>
  );
}

/** On its way; what is quick shows nothing, so that the page does not flicker. */
export function Loading({ label = "Loading" }: { label?: string }) {
  return (
    <div className="state state-loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {label} …
    </div>
  );
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="state" role="alert">
      <p className="state-title">
        <Icon name="warning" /> {isApiError(error) && error.status === 0 ? "No answer" : "That did not work"}
      </p>
      <div className="state-text">{message}</div>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
