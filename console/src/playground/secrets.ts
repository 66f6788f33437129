import { Kind, parse, print, visit } from "graphql";

/** Names of arguments and variables that hold a secret. The schema's secret arguments all say what they are. */
const SECRET = /password|token|secret/i;
const HIDDEN = "…";
const STRING = /"(?:[^"\\]|\\.)*"/g;
const SECRET_MEMBER = /("\w*(?:password|token|secret)\w*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

export function mentionsSecret(text: string | null | undefined): boolean {
  return SECRET.test(text ?? "");
}

/** A document whose secret arguments are left out. One that cannot be parsed loses all its strings. */
export function withoutSecrets(query: string): string {
  if (!mentionsSecret(query)) return query;
  try {
    return print(
      visit(parse(query), {
        Argument: (argument) =>
          mentionsSecret(argument.name.value) && argument.value.kind === Kind.STRING
            ? { ...argument, value: { kind: Kind.STRING, value: HIDDEN } }
            : undefined,
      }),
    );
  } catch {
    return query.replaceAll(STRING, `"${HIDDEN}"`);
  }
}

/** The JSON of variables, comments allowed, whose secrets are left out. */
export function withoutSecretMembers(json: string): string {
  return json.replaceAll(SECRET_MEMBER, `$1"${HIDDEN}"`);
}
