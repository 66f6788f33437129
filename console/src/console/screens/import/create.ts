import { client } from "../../api/client";
import { type Impact, NOTHING_STALE, type Problem, type Proposal } from "../../draft/proposal";
import { texts } from "../../texts/people";
import { forEach } from "./aliases";
import type { Row } from "./rows";

const CREATE_FIELD = {
  type: "UserCreateInput!",
  field: "userCreate(input: $value) { user { id } userErrors { __typename code message path } }",
};

interface Result {
  readonly user: { readonly id: string } | null;
  readonly impact?: Impact | null;
  readonly userErrors: readonly Problem[];
}

/** The creation of users of a file. One that is refused does not keep the others from being created. */
export function createUsers(rows: readonly Row[]): Proposal {
  const title = texts.import.create(rows.length);
  return {
    title,
    sections: [{ key: "users", title: texts.users.title, lines: rows.map(({ username, email }) => ({ sign: "added", text: email ? `${username}, ${email}` : username })) }],
    takesReason: false,
    note: texts.import.createNote,
    preview: async () => ({ parts: [], stale: NOTHING_STALE, nameToType: null }),
    save: async () => {
      const problems: Problem[] = [];
      let revision: number | null = null;
      try {
        await forEach<Result>("mutation", "ImportCreate", CREATE_FIELD, rows.map(inputOf), (answer, start, length) => {
          revision = answer.revision;
          for (let index = 0; index < length; index += 1) {
            const row = rows[start + index];
            const refused = answer.errors.filter(({ path }) => path?.[0] === `r${index}`);
            const found = [...(answer.data[`r${index}`]?.userErrors ?? []), ...refused];
            if (row) problems.push(...found.map(({ message }) => problemOf(row, message)));
          }
        });
      } finally {
        // The rows show who exists by now, also after a failure.
        await client.invalidateQueries();
      }
      return { revision, problems, remaining: [], inverse: [] };
    },
  };
}

function inputOf({ username, email, displayName }: Row) {
  return { username, email, displayName };
}

function problemOf({ line, username }: Row, message: string): Problem {
  return { __typename: "InputError", code: "INVALID", message: texts.import.failedRow(line, username, message), path: null };
}
