import { Failure } from "../parts/index.ts";

/** In place of a page that failed as a whole. The address holds the view, so that loading it anew loses nothing. */
export function Broken({ error }: { error: unknown }) {
  return (
    <main className="page">
      <h1 className="sr-only">The page failed</h1>
      <Failure error={error} onRetry={() => location.reload()} />
    </main>
  );
}
