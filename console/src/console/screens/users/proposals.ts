import type { Named } from "../../draft/changes";
import { mutationProposal } from "../../draft/mutation";
import type { Line, Proposal } from "../../draft/proposal";
import type { UserCreateInput, UserHeadQuery } from "../../gql/graphql";
import { texts } from "../../texts/people";
import {
  UserDeleteMutation, UserEditMutation, UserInviteMutation, UserReactivateMutation, UsersCreateMutation, UserSuspendMutation,
} from "./documents";

export type Head = NonNullable<UserHeadQuery["user"]>;

/** A token to set a password with. */
export interface PasswordToken {
  readonly token: string;
  readonly expiresAt: string | null;
}

export function createUser(input: UserCreateInput, onCreated: (user: Named) => void): Proposal {
  const attributes = [input.email, input.displayName].filter((value) => typeof value === "string");
  return mutationProposal({
    title: texts.create.title,
    sections: [{ key: "new", title: input.username, lines: [texts.create.line(input.username), ...attributes].map(added) }],
    saveLabel: texts.create.save,
    document: UsersCreateMutation,
    variables: () => ({ input }),
    payload: ({ change }) => change,
    hasDryRun: false,
    onSaved: ({ change }) => {
      if (change?.user) onCreated({ id: change.user.id, name: change.user.username });
    },
  });
}

export function issuePasswordLink(user: Named, onIssued: (token: PasswordToken) => void): Proposal {
  return mutationProposal({
    title: texts.invite.title(user.name),
    sections: [{ key: user.id, title: user.name, lines: [added(texts.invite.line)] }],
    note: texts.invite.note,
    saveLabel: texts.invite.save,
    document: UserInviteMutation,
    variables: () => ({ id: user.id }),
    payload: ({ change }) => change,
    hasDryRun: false,
    onSaved: ({ change }) => {
      if (change?.token) onIssued({ token: change.token, expiresAt: change.expiresAt });
    },
  });
}

export function suspend({ id, username, sessions }: Head): Proposal {
  return mutationProposal({
    title: texts.user.suspendTitle(username),
    sections: [{ key: id, title: username, lines: [set(texts.user.suspendLine), removed(texts.user.endsAll(sessions?.totalCount ?? null))] }],
    takesReason: true,
    isDanger: true,
    saveLabel: texts.user.suspend,
    document: UserSuspendMutation,
    variables: (dryRun, reason) => ({ id, reason, dryRun }),
    payload: ({ change }) => change,
    hasDryRun: true,
  });
}

export function reactivate({ id, username }: Head): Proposal {
  return mutationProposal({
    title: texts.user.reactivateTitle(username),
    sections: [{ key: id, title: username, lines: [set(texts.user.reactivateLine)] }],
    saveLabel: texts.user.reactivate,
    document: UserReactivateMutation,
    variables: () => ({ id }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

export function deleteUser({ id, username, sessions }: Head): Proposal {
  return mutationProposal({
    title: texts.user.deleteTitle(username),
    sections: [{ key: id, title: username, lines: [texts.user.deleteLine, texts.user.endsAll(sessions?.totalCount ?? null)].map(removed) }],
    note: texts.user.deleteNote,
    isDanger: true,
    saveLabel: texts.user.delete,
    nameToType: username,
    document: UserDeleteMutation,
    variables: (dryRun) => ({ id, dryRun }),
    payload: ({ change }) => change,
    hasDryRun: true,
  });
}

/** Attributes of an account that an administrator edits. */
export interface Attributes {
  readonly username: string;
  readonly email: string | null;
  readonly displayName: string | null;
}

/** Sets the attributes that differ; null when none does. */
export function editUser({ id, username, email, displayName, version }: Head, next: Attributes): Proposal | null {
  const input = {
    ...(next.username === username ? {} : { username: next.username }),
    ...(next.email === email ? {} : { email: next.email }),
    ...(next.displayName === displayName ? {} : { displayName: next.displayName }),
  };
  const fields = Object.keys(input) as (keyof Attributes)[];
  if (fields.length === 0) return null;
  return mutationProposal({
    title: texts.user.renameTitle(username),
    sections: [{ key: id, title: username, lines: fields.map((field) => set(texts.user.renameSet(texts.user.renameLine[field], next[field]))) }],
    document: UserEditMutation,
    variables: () => ({ id, input, version }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

function added(text: string): Line {
  return { sign: "added", text };
}

function removed(text: string): Line {
  return { sign: "removed", text };
}

function set(text: string): Line {
  return { sign: "set", text };
}
