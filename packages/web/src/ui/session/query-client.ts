import { QueryClient } from "@tanstack/react-query";
import { isApiError } from "../../logic/api/index.ts";

/** The API client retries by itself; the connection's watch asks again for everything when the server is back. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 30_000,
      gcTime: 120_000,
      refetchOnWindowFocus: false,
      throwOnError: false,
      // Whether the machine has a network tells nothing of a server that may be on it.
      networkMode: "always",
    },
  },
});

/** Whether to ask who is there: the server wants a token that it was not given. */
export function wantsToken(error: unknown): boolean {
  return isApiError(error) && error.status === 401;
}
