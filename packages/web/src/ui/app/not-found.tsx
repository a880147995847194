import { Link } from "@tanstack/react-router";
import { Empty } from "../parts/index.ts";

export function NotFound() {
  return (
    <main className="page">
      <Empty title="There is nothing at this address" isPage>
        <Link to="/">All runs</Link>
      </Empty>
    </main>
  );
}
