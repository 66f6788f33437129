import { mutationProposal } from "../../draft/mutation";
import type { Proposal } from "../../draft/proposal";
import type { SessionRowPartsFragment } from "../../gql/graphql";
import { sessionChanged } from "../../session/store";
import { texts } from "../../texts/people";
import { SessionEndMutation, SessionsEndAllMutation, SessionsEndOthersMutation } from "./documents";

/** The end of one session. */
export function endSession({ id, device, ipAddress, isCurrent, user }: SessionRowPartsFragment): Proposal {
  return mutationProposal({
    title: texts.sessions.endTitle,
    sections: [{ key: id, title: user.username, lines: [{ sign: "removed", text: texts.sessions.endLine(device, ipAddress) }] }],
    note: isCurrent ? texts.sessions.endCurrent : texts.sessions.endNote,
    isDanger: true,
    saveLabel: texts.sessions.endTitle,
    document: SessionEndMutation,
    variables: () => ({ id }),
    payload: ({ change }) => change,
    hasDryRun: false,
    onSaved: () => {
      if (isCurrent) void sessionChanged();
    },
  });
}

/** The end of all sessions of a user. */
export function endAllSessions({ id, username }: { readonly id: string; readonly username: string }, sessions: number): Proposal {
  return mutationProposal({
    title: texts.sessions.endAllTitle(username),
    sections: [{ key: id, title: username, lines: [{ sign: "removed", text: texts.sessions.endAllLine(sessions) }] }],
    note: texts.sessions.endNote,
    isDanger: true,
    saveLabel: texts.sessions.endAll,
    document: SessionsEndAllMutation,
    variables: () => ({ id }),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}

/** The end of all sessions of the reader but this one. */
export function endOtherSessions(username: string): Proposal {
  return mutationProposal({
    title: texts.sessions.endOthersTitle,
    sections: [{ key: "others", title: username, lines: [{ sign: "removed", text: texts.sessions.endOthersLine }] }],
    note: texts.sessions.endNote,
    isDanger: true,
    saveLabel: texts.sessions.endOthers,
    document: SessionsEndOthersMutation,
    variables: () => ({}),
    payload: ({ change }) => change,
    hasDryRun: false,
  });
}
