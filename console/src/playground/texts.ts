import type { GraphqlError } from "./endpoint";

/** What the explanation of an error can refer to. */
export interface Subject {
  /** Username; null when logged out. */
  readonly username: string | null;
  /** Coordinate of the field, such as `Query.users`; null when it is not known. */
  readonly coordinate: string | null;
}

/** All texts of the page. Parts in backticks are code. */
export const texts = {
  bar: {
    form: "Log in or sign up",
    username: "Username",
    password: "Password",
    logIn: "Log in",
    signUp: "Sign up",
    logOut: "Log out",
    loggedInAs: "Logged in as",
    ended: "The session has ended: log in again.",
    left: "Time until the session ends, unless it is used before",
    roles: "Act with roles",
    apply: "Act with only these",
    noRoles: "No role is assigned to this user.",
  },
  response: {
    region: "About the response",
    curl: "Copy as curl",
    fetch: "Copy as fetch",
    link: "Copy link",
    copied: "Copied",
    notCopied: "The browser refused",
    curlNote: "The session of the playground is in cookies. For a command, log in with `delivery: BODY` and set KEYWARD_TOKEN to the access token.",
    fetchNote: "Cookie mode. For csrfToken, query `viewer { csrfToken }` with the header `X-CSRF-Token: fetch`.",
    revision: "policy revision",
    docs: "Docs of",
  },
  confirm: {
    password: "Your password",
    button: "Confirm password",
    done: "Confirmed: run the operation again.",
  },
  guards: {
    title: "What can I call?",
    filter: "Filter by name or rule",
    onlyAllowed: "Only what is allowed",
    loggedOut: "Log in to see what the session may call.",
    add: "Add to the editor",
    allowed: "allowed",
    denied: "denied",
    depends: "depends on the object",
    none: "No field matches.",
  },
  fields: {
    title: "Fields",
    filter: "Filter root fields",
    noSchema: "There is no schema to choose fields from.",
    unparsed: "The document cannot be parsed. Correct it to choose fields.",
  },
  schema: {
    off: "Introspection is off on this service, so there are no docs, no field tree and no completion. Operations run as usual. The setting is `introspection`.",
    failed: "The schema cannot be read: the service does not respond.",
    download: "schema.graphql",
  },
} as const;

/** Explains an error in a sentence. */
export function explain({ message, extensions }: GraphqlError, { username, coordinate }: Subject): string {
  const who = username ?? "An anonymous caller";
  const what = coordinate ? `\`${coordinate}\`` : "this";
  switch (extensions?.code) {
    case "UNAUTHENTICATED":
      return username === null
        ? `Nobody is logged in, and ${what} requires it: log in above, or run the “Sign up” tab.`
        : "The credentials of the request are not accepted: log in above, and leave out the `Authorization` header.";
    case "FORBIDDEN":
      return explainDenial(who, what, extensions.rule ?? "");
    case "REAUTHENTICATION_REQUIRED":
      return `${capitalized(what)} requires a password that was confirmed within the last minutes.`;
    case "RATE_LIMITED":
      return `Too many attempts: wait ${extensions.retryAfterSeconds ?? "some"} seconds, then run it again.`;
    case "CSRF_FAILED":
      return `The service refuses the cookies of the request: ${message}.`;
    case "BAD_USER_INPUT":
      return `A value does not fit: ${message}. Correct the arguments or variables.`;
    case "GRAPHQL_PARSE_FAILED":
      return "The document is not valid GraphQL, and nothing was executed: correct the marked place.";
    case "GRAPHQL_VALIDATION_FAILED":
      return `The document does not fit the schema, and nothing was executed: ${message}.`;
    case "OPERATION_TOO_COMPLEX":
      return `The operation is too large: ${message}. Request less at a time.`;
    case "SERVICE_UNAVAILABLE":
      return "The service cannot decide now, and so it denies: run it again later.";
    case "INTERNAL_SERVER_ERROR":
      return `The service failed. Its log names the cause at request \`${extensions.requestId ?? "?"}\`.`;
    default:
      return message;
  }
}

/** Says what a guard requires, such as `@hasPermission(permission: "user:read")`. */
function explainDenial(who: string, what: string, rule: string): string {
  const names = Array.from(rule.matchAll(/"([^"]+)"/g), ([, name]) => name ?? "");
  if (rule.startsWith("@selfOr")) return `${capitalized(what)} is for the owner of the object or with \`${names[0]}\`, which ${who} lacks.`;
  const needed = names.map((name) => `\`${name}\``).join(rule.includes("any:") ? " or " : " and ");
  if (rule.startsWith("@hasRole")) return `${who} does not act with the role ${needed}, which ${what} requires.`;
  return `${who} lacks ${needed || "a permission"}, which ${what} requires: log in as an administrator, or have the permission granted.`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
