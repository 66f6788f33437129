import { QueryClient } from "@tanstack/react-query";
import { onNewRevision, RequestError } from "./request";

/** Codes of errors that another attempt can resolve. */
const TEMPORARY = new Set(["NETWORK", "SERVICE_UNAVAILABLE", "RATE_LIMITED"]);
const ATTEMPTS = 3;

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => error instanceof RequestError && TEMPORARY.has(error.code) && failures < ATTEMPTS,
      retryDelay: (attempt, error) =>
        error instanceof RequestError && error.retryAfterSeconds !== null ? error.retryAfterSeconds * 1000 : 500 * 2 ** attempt,
    },
  },
});

// A newer policy can change every answer: what is on the screen is read again.
onNewRevision(() => void client.invalidateQueries());
