import { mutationProposal } from "../../draft/mutation";
import type { Proposal } from "../../draft/proposal";
import { texts } from "../../texts/answers";
import { RevokeKeyMutation, RotateKeyMutation } from "./documents";

/** A new signing key; the current one goes on verifying tokens for some minutes. */
export function rotation(kid: string | undefined, graceMinutes: number): Proposal {
  const lines = [{ sign: "added" as const, text: texts.keys.newKey }, { sign: "set" as const, text: texts.keys.oldKey(kid ?? "", graceMinutes) }];
  return mutationProposal({
    title: texts.keys.rotate,
    sections: [{ key: "keys", title: texts.keys.title, lines }],
    document: RotateKeyMutation,
    variables: () => ({ graceMinutes }),
    payload: (data) => data.signingKeyRotate,
    hasDryRun: false,
  });
}

/** The end of a compromised key. Its tokens are refused at once, so its name is typed first. */
export function revocation(id: string, kid: string): Proposal {
  return mutationProposal({
    title: texts.keys.revokeTitle,
    sections: [{ key: id, title: kid, lines: [{ sign: "removed" as const, text: texts.keys.revoked }] }],
    takesReason: true,
    isDanger: true,
    nameToType: kid,
    document: RevokeKeyMutation,
    variables: (_, reason) => ({ id, reason: reason ?? "" }),
    payload: (data) => data.signingKeyRevoke,
    hasDryRun: false,
  });
}
