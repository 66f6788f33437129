import type { TypedDocumentString } from "../gql/graphql";
import { type Answer, request, RequestError } from "./request";

/** Asks for the password; whether it was confirmed. */
export type ConfirmPassword = () => Promise<boolean>;

let confirmPassword: ConfirmPassword = async () => false;

/** Sets how the page asks for a password that a mutation wants confirmed. */
export function onPasswordNeeded(confirm: ConfirmPassword): void {
  confirmPassword = confirm;
}

/**
 * Runs a mutation. Has the password confirmed where the service demands it, and throws when the mutation is refused. A
 * refused field of its payload, such as the users of an impact, is null and no refusal of the mutation.
 */
export async function mutate<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  let answer = await request(document, variables);
  const isUnconfirmed = answer.errors.some(({ extensions }) => extensions?.code === "REAUTHENTICATION_REQUIRED");
  if (isUnconfirmed && (await confirmPassword())) answer = await request(document, variables);
  const refusal = answer.errors.find(({ path }) => (path ?? []).length <= 1);
  if (refusal) {
    const { code = "UNKNOWN", retryAfterSeconds = null } = refusal.extensions ?? {};
    throw new RequestError(refusal.message, code, retryAfterSeconds);
  }
  return answer;
}
