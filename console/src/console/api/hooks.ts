import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { TypedDocumentString } from "../gql/graphql";
import { type Answer, type FieldError, request } from "./request";

export interface Options {
  /** Whether to ask at all. */
  readonly enabled?: boolean;
  /** Whether the former answer stays until the next one is there, as for pages of a list. */
  readonly keep?: boolean;
}

/** Reads an operation's answer, and again when the policy changes. */
export function useApi<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { enabled = true, keep = false }: Options = {},
): UseQueryResult<Answer<Data>> {
  return useQuery({
    queryKey: [document.toString(), variables],
    queryFn: () => request(document, variables),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** The error of a field, by its response path such as `user.sessions`; indices of lists are left out. */
export function errorAt(answer: Answer<unknown> | undefined, path: string): FieldError | undefined {
  return answer?.errors.find((error) => {
    const at = (error.path ?? []).filter((part) => typeof part === "string").join(".");
    return at === path || path.startsWith(`${at}.`);
  });
}
