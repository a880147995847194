import { connection } from "./api.ts";
import { useConnection } from "./use-connection.ts";

/** Says that the server went away, for as long as it is away. */
export function ConnectionBanner() {
  const state = useConnection();
  if (state === "ok") return null;
  return (
    <div className="banner banner-warning" role="status">
      <span className="pulse" aria-hidden="true" />
      The server does not answer. What you see is from before; it comes back by itself.
      <button type="button" className="button" onClick={connection.retry}>
        Try now
      </button>
    </div>
  );
}
