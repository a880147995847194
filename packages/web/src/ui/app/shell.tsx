import { Outlet } from "@tanstack/react-router";
import { ConnectionBanner } from "../session/index.ts";

export function Shell() {
  return (
    <>
      <ConnectionBanner />
      <Outlet />
    </>
  );
}
