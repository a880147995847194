import { Outlet } from "@tanstack/react-router";
import { PaletteHost } from "../palette/index.ts";
import { ConnectionBanner } from "../session/index.ts";

export function Shell() {
  return (
    <>
      <ConnectionBanner />
      <Outlet />
      <PaletteHost />
    </>
  );
}
