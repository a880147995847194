import { Empty } from "./states.tsx";

/** For an address that names a run which the server does not have. */
export function NoSuchRun({ id }: { id: string }) {
  return (
    <Empty title={`There is no run “${id}”`}>
      <p>It may have been deleted or renamed, or this server looks into another output directory.</p>
      <a href="/">All runs</a>
    </Empty>
  );
}
