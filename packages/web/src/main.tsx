import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import * as z from "zod";
import "./styles/index.css";
import { router } from "./ui/app/index.ts";
import { queryClient, startTheme, takeTokenFromAddress } from "./ui/session/index.ts";

// The server forbids `eval`, with which zod would compile its schemas; told so, it does not try.
z.config({ jitless: true });
takeTokenFromAddress();
startTheme();

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
